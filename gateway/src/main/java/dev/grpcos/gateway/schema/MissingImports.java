package dev.grpcos.gateway.schema;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Removes missing imports from files that use nothing of them, for example imports that only
 * defined options. Such a file is complete without them. If an import exists under another name,
 * the file gets that name.
 */
final class MissingImports {
  private final StandIns standIns;

  MissingImports(StandIns standIns) {
    this.standIns = standIns;
  }

  List<FileDescriptorProto> takenOut(List<FileDescriptorProto> compiled) {
    List<FileDescriptorProto> files = new ArrayList<>();
    for (FileDescriptorProto file : compiled) {
      if (!standIns.include(file.getName())) {
        files.add(takenOut(file));
      }
    }
    return files;
  }

  private FileDescriptorProto takenOut(FileDescriptorProto file) {
    if (Stream.concat(file.getDependencyList().stream(), file.getOptionDependencyList().stream())
        .noneMatch(standIns::include)) {
      return file;
    }
    boolean used = uses(file).anyMatch(standIns::declares);
    FileDescriptorProto.Builder result = file.toBuilder();
    result.clearDependency().clearPublicDependency().clearWeakDependency();
    result.clearOptionDependency();
    for (int i = 0; i < file.getDependencyCount(); i++) {
      String name = file.getDependency(i);
      boolean isPublic = file.getPublicDependencyList().contains(i);
      // The importers of the file may use declarations of a missing public import.
      String other = standIns.otherName(name);
      if (!other.isEmpty()) {
        if (!result.getDependencyList().contains(other)) {
          add(result, other, isPublic, false);
        }
      } else if (!standIns.include(name) || used || (isPublic && standIns.declareAny())) {
        add(result, name, isPublic, file.getWeakDependencyList().contains(i));
      }
    }
    for (String name : file.getOptionDependencyList()) {
      String other = standIns.include(name) ? standIns.otherName(name) : name;
      if (!other.isEmpty()) {
        result.addOptionDependency(other);
      }
    }
    return result.build();
  }

  private static void add(
      FileDescriptorProto.Builder file, String name, boolean isPublic, boolean isWeak) {
    if (isPublic) {
      file.addPublicDependency(file.getDependencyCount());
    }
    if (isWeak) {
      file.addWeakDependency(file.getDependencyCount());
    }
    file.addDependency(name);
  }

  /** Returns the full names of the types that the file uses. */
  private static Stream<String> uses(FileDescriptorProto file) {
    return Stream.of(
            file.getMessageTypeList().stream().flatMap(MissingImports::uses),
            uses(file.getExtensionList()),
            file.getServiceList().stream()
                .map(ServiceDescriptorProto::getMethodList)
                .flatMap(List::stream)
                .flatMap(MissingImports::uses))
        .flatMap(names -> names)
        .map(name -> name.startsWith(".") ? name.substring(1) : name);
  }

  private static Stream<String> uses(DescriptorProto message) {
    return Stream.of(
            uses(message.getFieldList()),
            uses(message.getExtensionList()),
            message.getNestedTypeList().stream().flatMap(MissingImports::uses))
        .flatMap(names -> names);
  }

  private static Stream<String> uses(List<FieldDescriptorProto> fields) {
    return fields.stream()
        .flatMap(field -> Stream.of(field.getTypeName(), field.getExtendee()))
        .filter(name -> !name.isEmpty());
  }

  private static Stream<String> uses(MethodDescriptorProto method) {
    return Stream.of(method.getInputType(), method.getOutputType());
  }
}
