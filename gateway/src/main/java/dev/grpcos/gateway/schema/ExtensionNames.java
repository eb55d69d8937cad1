package dev.grpcos.gateway.schema;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import java.util.ArrayList;
import java.util.List;

/**
 * Sets the JSON names of extensions to {@code [pkg.ext]}, the form that the specification requires
 * and {@code JsonFormat} prints. Nothing else in a file changes.
 */
public final class ExtensionNames {
  private ExtensionNames() {}

  /** Returns the file with these names. */
  public static FileDescriptorProto bracketed(FileDescriptorProto file) {
    if (file.getExtensionCount() == 0
        && file.getMessageTypeList().stream().noneMatch(ExtensionNames::declaresExtension)) {
      return file;
    }
    FileDescriptorProto.Builder result = file.toBuilder();
    String scope = file.getPackage().isEmpty() ? "" : file.getPackage() + ".";
    result.clearExtension().addAllExtension(named(file.getExtensionList(), scope));
    for (DescriptorProto.Builder message : result.getMessageTypeBuilderList()) {
      rename(message, scope);
    }
    return result.build();
  }

  private static boolean declaresExtension(DescriptorProto message) {
    return message.getExtensionCount() > 0
        || message.getNestedTypeList().stream().anyMatch(ExtensionNames::declaresExtension);
  }

  private static void rename(DescriptorProto.Builder message, String outer) {
    String scope = outer + message.getName() + ".";
    List<FieldDescriptorProto> extensions = named(message.getExtensionList(), scope);
    message.clearExtension().addAllExtension(extensions);
    for (DescriptorProto.Builder nested : message.getNestedTypeBuilderList()) {
      rename(nested, scope);
    }
  }

  private static List<FieldDescriptorProto> named(
      List<FieldDescriptorProto> extensions, String scope) {
    List<FieldDescriptorProto> result = new ArrayList<>(extensions.size());
    for (FieldDescriptorProto extension : extensions) {
      result.add(
          extension.toBuilder().setJsonName("[" + scope + extension.getName() + "]").build());
    }
    return result;
  }
}
