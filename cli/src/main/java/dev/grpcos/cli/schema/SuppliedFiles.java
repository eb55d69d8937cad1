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
 * the first counts. Not thread-safe.
 */
final class SuppliedFiles implements DescriptorSource {
  private final Map<String, SuppliedFile> files = new LinkedHashMap<>();

  /** By what stands at the top of a file; what is within begins with such a name. */
  private final Map<String, SuppliedFile> symbols = new HashMap<>();

  /** By the message's full name and the number; of all files, or null before one is wanted. */
  private @Nullable Map<String, SortedMap<Integer, FileDescriptorProto>> extensions;

  SuppliedFiles() {}

  SuppliedFiles(Collection<SuppliedFile> supplied) {
    supplied.forEach(this::add);
  }

  void add(SuppliedFile file) {
    if (files.putIfAbsent(file.name(), file) == null) {
      file.top().forEach(name -> symbols.putIfAbsent(name, file));
      extensions = null;
    }
  }

  @Nullable FileDescriptorProto get(String name) {
    SuppliedFile file = files.get(name);
    return file == null ? null : file.proto();
  }

  /** The file that declares the symbol, or what the symbol would be in. */
  @Nullable FileDescriptorProto declaring(String symbol) {
    String name = symbol;
    while (true) {
      SuppliedFile file = symbols.get(name);
      int dot = name.lastIndexOf('.');
      if (file != null || dot < 0) {
        return file == null ? null : file.proto();
      }
      name = name.substring(0, dot);
    }
  }

  @Override
  public List<String> services() {
    return files.values().stream().flatMap(file -> file.services().stream()).toList();
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

  @Override
  public List<FileDescriptorProto> given() {
    return files.values().stream().map(SuppliedFile::proto).toList();
  }

  private SortedMap<Integer, FileDescriptorProto> extensionsOf(String message) {
    Map<String, SortedMap<Integer, FileDescriptorProto>> known = extensions;
    if (known == null) {
      known = new HashMap<>();
      for (FileDescriptorProto file : given()) {
        addExtensions(file.getExtensionList(), file, known);
        for (DescriptorProto type : file.getMessageTypeList()) {
          addExtensions(type, file, known);
        }
      }
      extensions = known;
    }
    return known.getOrDefault(message, new TreeMap<>());
  }

  private static void addExtensions(
      DescriptorProto message,
      FileDescriptorProto file,
      Map<String, SortedMap<Integer, FileDescriptorProto>> known) {
    addExtensions(message.getExtensionList(), file, known);
    message.getNestedTypeList().forEach(nested -> addExtensions(nested, file, known));
  }

  private static void addExtensions(
      List<FieldDescriptorProto> declared,
      FileDescriptorProto file,
      Map<String, SortedMap<Integer, FileDescriptorProto>> known) {
    for (FieldDescriptorProto extension : declared) {
      String extendee = extension.getExtendee();
      known
          .computeIfAbsent(
              extendee.startsWith(".") ? extendee.substring(1) : extendee, name -> new TreeMap<>())
          .putIfAbsent(extension.getNumber(), file);
    }
  }

  private static List<FileDescriptorProto> listed(@Nullable FileDescriptorProto file) {
    return file == null ? List.of() : List.of(file);
  }
}
