package dev.grpcos.cli.schema;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.GenericDescriptor;
import java.util.Collection;
import java.util.Map;

/** Lists everything in a file that has a full name, the first of equal names staying. */
final class SymbolIndex {
  private SymbolIndex() {}

  static void addAll(FileDescriptor file, Map<String, GenericDescriptor> symbols) {
    file.getServices()
        .forEach(
            service -> {
              add(service, symbols);
              add(service.getMethods(), symbols);
            });
    file.getMessageTypes().forEach(message -> addMessage(message, symbols));
    file.getEnumTypes().forEach(type -> addEnum(type, symbols));
    add(file.getExtensions(), symbols);
  }

  private static void addMessage(Descriptor message, Map<String, GenericDescriptor> symbols) {
    add(message, symbols);
    add(message.getFields(), symbols);
    add(message.getOneofs(), symbols);
    add(message.getExtensions(), symbols);
    message.getNestedTypes().forEach(nested -> addMessage(nested, symbols));
    message.getEnumTypes().forEach(type -> addEnum(type, symbols));
  }

  private static void addEnum(EnumDescriptor type, Map<String, GenericDescriptor> symbols) {
    add(type, symbols);
    add(type.getValues(), symbols);
  }

  private static void add(
      Collection<? extends GenericDescriptor> descriptors, Map<String, GenericDescriptor> symbols) {
    descriptors.forEach(descriptor -> add(descriptor, symbols));
  }

  private static void add(GenericDescriptor descriptor, Map<String, GenericDescriptor> symbols) {
    symbols.putIfAbsent(descriptor.getFullName(), descriptor);
  }
}
