package dev.grpcos.cli.schema;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Files that the caller has given. Of two that have one name, or declare one symbol, the first
 * counts. Immutable once made.
 */
final class SuppliedFiles implements DescriptorSource {
  private final Map<String, FileDescriptorProto> files = new LinkedHashMap<>();

  /** By what stands at the top of a file; what is within begins with such a name. */
  private final Map<String, FileDescriptorProto> symbols = new HashMap<>();

  SuppliedFiles(List<FileDescriptorProto> supplied) {
    for (FileDescriptorProto file : supplied) {
      if (files.putIfAbsent(file.getName(), file) == null) {
        index(file);
      }
    }
  }

  private void index(FileDescriptorProto file) {
    for (ServiceDescriptorProto service : file.getServiceList()) {
      symbols.putIfAbsent(fullName(file, service.getName()), file);
    }
    for (DescriptorProto message : file.getMessageTypeList()) {
      symbols.putIfAbsent(fullName(file, message.getName()), file);
    }
    for (EnumDescriptorProto type : file.getEnumTypeList()) {
      symbols.putIfAbsent(fullName(file, type.getName()), file);
      // its values are its siblings
      type.getValueList()
          .forEach(value -> symbols.putIfAbsent(fullName(file, value.getName()), file));
    }
    for (FieldDescriptorProto extension : file.getExtensionList()) {
      symbols.putIfAbsent(fullName(file, extension.getName()), file);
    }
  }

  private static String fullName(FileDescriptorProto file, String name) {
    return file.getPackage().isEmpty() ? name : file.getPackage() + "." + name;
  }

  @Override
  public List<String> services() {
    return files.values().stream()
        .flatMap(
            file ->
                file.getServiceList().stream().map(service -> fullName(file, service.getName())))
        .toList();
  }

  @Override
  public List<FileDescriptorProto> fileContaining(String symbol) {
    String name = symbol;
    while (true) {
      FileDescriptorProto file = symbols.get(name);
      int dot = name.lastIndexOf('.');
      if (file != null || dot < 0) {
        return listed(file);
      }
      name = name.substring(0, dot);
    }
  }

  @Override
  public List<FileDescriptorProto> file(String name) {
    return listed(files.get(name));
  }

  private static List<FileDescriptorProto> listed(@Nullable FileDescriptorProto file) {
    return file == null ? List.of() : List.of(file);
  }
}
