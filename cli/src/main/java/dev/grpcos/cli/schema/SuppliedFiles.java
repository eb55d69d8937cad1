package dev.grpcos.cli.schema;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Files by their names and by what they declare. Of two that have one name, or declare one symbol,
 * the first counts. Not thread-safe while files are added.
 */
final class SuppliedFiles implements DescriptorSource {
  private final Map<String, FileDescriptorProto> files = new LinkedHashMap<>();

  /** By what stands at the top of a file; what is within begins with such a name. */
  private final Map<String, FileDescriptorProto> symbols = new HashMap<>();

  /** By the message's full name and the number. */
  private final Map<String, SortedMap<Integer, FileDescriptorProto>> extensions = new HashMap<>();

  SuppliedFiles() {}

  SuppliedFiles(Collection<FileDescriptorProto> supplied) {
    supplied.forEach(this::add);
  }

  void add(FileDescriptorProto file) {
    if (files.putIfAbsent(file.getName(), file) == null) {
      DeclaredNames.top(file).forEach(name -> symbols.putIfAbsent(name, file));
      addExtensions(file.getExtensionList(), file);
      file.getMessageTypeList().forEach(message -> addExtensions(message, file));
    }
  }

  private void addExtensions(DescriptorProto message, FileDescriptorProto file) {
    addExtensions(message.getExtensionList(), file);
    message.getNestedTypeList().forEach(nested -> addExtensions(nested, file));
  }

  private void addExtensions(List<FieldDescriptorProto> declared, FileDescriptorProto file) {
    for (FieldDescriptorProto extension : declared) {
      String extendee = extension.getExtendee();
      extensions
          .computeIfAbsent(
              extendee.startsWith(".") ? extendee.substring(1) : extendee, name -> new TreeMap<>())
          .putIfAbsent(extension.getNumber(), file);
    }
  }

  @Nullable FileDescriptorProto get(String name) {
    return files.get(name);
  }

  /** The file that declares the symbol, or what the symbol would be in. */
  @Nullable FileDescriptorProto declaring(String symbol) {
    String name = symbol;
    while (true) {
      FileDescriptorProto file = symbols.get(name);
      int dot = name.lastIndexOf('.');
      if (file != null || dot < 0) {
        return file;
      }
      name = name.substring(0, dot);
    }
  }

  @Override
  public List<String> services() {
    return files.values().stream()
        .flatMap(
            file ->
                file.getServiceList().stream()
                    .map(service -> DeclaredNames.scope(file) + service.getName()))
        .toList();
  }

  @Override
  public List<FileDescriptorProto> fileContaining(String symbol) {
    return listed(declaring(symbol));
  }

  @Override
  public List<FileDescriptorProto> file(String name) {
    return listed(get(name));
  }

  @Override
  public List<FileDescriptorProto> fileContainingExtension(String message, int number) {
    return listed(extensionsOf(message).get(number));
  }

  @Override
  public List<Integer> extensionNumbers(String message) {
    return List.copyOf(extensionsOf(message).keySet());
  }

  private SortedMap<Integer, FileDescriptorProto> extensionsOf(String message) {
    return extensions.getOrDefault(message, new TreeMap<>());
  }

  @Override
  public Collection<FileDescriptorProto> given() {
    return files.values();
  }

  private static List<FileDescriptorProto> listed(@Nullable FileDescriptorProto file) {
    return file == null ? List.of() : List.of(file);
  }
}
