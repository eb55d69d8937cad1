package dev.grpcos.gateway.schema;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.GenericDescriptor;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All symbols of linked files by full name. If two symbols have the same name, the first stays. Not
 * thread-safe.
 */
final class SymbolIndex {
  private final Map<String, GenericDescriptor> symbols = new HashMap<>();
  private final Map<List<Object>, FieldDescriptor> extensions = new HashMap<>();

  @Nullable GenericDescriptor symbol(String fullName) {
    return symbols.get(fullName);
  }

  @Nullable FieldDescriptor extension(Descriptor containing, int number) {
    return extensions.get(List.of(containing, number));
  }

  void add(FileDescriptor file) {
    file.getServices()
        .forEach(
            service -> {
              add(service);
              add(service.getMethods());
            });
    file.getMessageTypes().forEach(this::addMessage);
    file.getEnumTypes().forEach(this::addEnum);
    addExtensions(file.getExtensions());
  }

  private void addMessage(Descriptor message) {
    add(message);
    add(message.getFields());
    add(message.getOneofs());
    addExtensions(message.getExtensions());
    message.getNestedTypes().forEach(this::addMessage);
    message.getEnumTypes().forEach(this::addEnum);
  }

  private void addEnum(EnumDescriptor type) {
    add(type);
    add(type.getValues());
    // Names in other languages, where the values of an enum are its siblings.
    String full = type.getFullName();
    String scope = full.substring(0, full.length() - type.getName().length());
    for (EnumValueDescriptor value : type.getValues()) {
      symbols.putIfAbsent(scope + value.getName(), value);
    }
  }

  private void addExtensions(List<FieldDescriptor> declared) {
    add(declared);
    for (FieldDescriptor extension : declared) {
      extensions.putIfAbsent(
          List.of(extension.getContainingType(), extension.getNumber()), extension);
    }
  }

  private void add(Collection<? extends GenericDescriptor> descriptors) {
    descriptors.forEach(this::add);
  }

  private void add(GenericDescriptor descriptor) {
    symbols.putIfAbsent(descriptor.getFullName(), descriptor);
  }
}
