package dev.grpcos.gateway.schema;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.SourceCodeInfo.Location;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Joins files that import each other in a cycle, which compilers and linkers reject.
 *
 * <p>One file gets the declarations of all files in the cycle. The other files import it publicly,
 * so that their names and their importers stay valid.
 */
final class ImportCircles {
  private ImportCircles() {}

  /**
   * Returns the files that replace a cycle, the one with the declarations first. Returns no files
   * if the cycle cannot be joined because the files differ in package, syntax or features, or
   * declare the same name.
   */
  static List<FileDescriptorProto> joined(List<FileDescriptorProto> circle) {
    List<FileDescriptorProto> files = new ArrayList<>(circle);
    // Sorting makes the result independent of the order of lookups.
    files.sort(Comparator.comparing(FileDescriptorProto::getName));
    if (!fitTogether(files)) {
      return List.of();
    }
    FileDescriptorProto first = files.get(0);
    FileDescriptorProto whole = join(files);
    List<FileDescriptorProto> result = new ArrayList<>(List.of(whole));
    for (FileDescriptorProto other : files.subList(1, files.size())) {
      result.add(forwarding(other, List.of(first.getName())));
    }
    return result;
  }

  /** Returns a file that contains only public imports of other files. */
  static FileDescriptorProto forwarding(FileDescriptorProto file, List<String> targets) {
    FileDescriptorProto.Builder result = FileDescriptorProto.newBuilder().setName(file.getName());
    for (String target : targets) {
      result.addPublicDependency(result.getDependencyCount()).addDependency(target);
    }
    if (file.hasPackage()) {
      result.setPackage(file.getPackage());
    }
    if (file.hasSyntax()) {
      result.setSyntax(file.getSyntax());
    }
    if (file.hasEdition()) {
      result.setEdition(file.getEdition());
    }
    return result.build();
  }

  private static boolean fitTogether(List<FileDescriptorProto> files) {
    FileDescriptorProto first = files.get(0);
    Set<String> names = new HashSet<>();
    for (FileDescriptorProto file : files) {
      if (!file.getPackage().equals(first.getPackage())
          || !file.getSyntax().equals(first.getSyntax())
          || file.getEdition() != first.getEdition()
          || !file.getOptions().getFeatures().equals(first.getOptions().getFeatures())
          || !Declarations.top(file).stream().allMatch(names::add)) {
        return false;
      }
    }
    return true;
  }

  private static FileDescriptorProto join(List<FileDescriptorProto> files) {
    FileDescriptorProto first = files.get(0);
    FileDescriptorProto.Builder result =
        first.toBuilder()
            .clearDependency()
            .clearPublicDependency()
            .clearWeakDependency()
            .clearOptionDependency();
    setImports(files, result);
    for (FileDescriptorProto file : files.subList(1, files.size())) {
      addComments(file, result);
      result
          .addAllMessageType(file.getMessageTypeList())
          .addAllEnumType(file.getEnumTypeList())
          .addAllService(file.getServiceList())
          .addAllExtension(file.getExtensionList());
    }
    return result.build();
  }

  private static void setImports(
      List<FileDescriptorProto> files, FileDescriptorProto.Builder result) {
    Set<String> own = new HashSet<>();
    files.forEach(file -> own.add(file.getName()));
    Map<String, Boolean> imports = new LinkedHashMap<>();
    Set<String> options = new LinkedHashSet<>();
    for (FileDescriptorProto file : files) {
      for (int i = 0; i < file.getDependencyCount(); i++) {
        imports.merge(
            file.getDependency(i), file.getPublicDependencyList().contains(i), Boolean::logicalOr);
      }
      options.addAll(file.getOptionDependencyList());
    }
    imports.forEach(
        (name, isPublic) -> {
          if (!own.contains(name)) {
            if (isPublic) {
              result.addPublicDependency(result.getDependencyCount());
            }
            result.addDependency(name);
          }
        });
    options.removeAll(own);
    result.addAllOptionDependency(options);
  }

  /**
   * Adds the comments. They refer to declarations by index, and the joined file has other indexes.
   */
  private static void addComments(FileDescriptorProto file, FileDescriptorProto.Builder result) {
    Map<Integer, Integer> shifts =
        Map.of(
            FileDescriptorProto.MESSAGE_TYPE_FIELD_NUMBER, result.getMessageTypeCount(),
            FileDescriptorProto.ENUM_TYPE_FIELD_NUMBER, result.getEnumTypeCount(),
            FileDescriptorProto.SERVICE_FIELD_NUMBER, result.getServiceCount(),
            FileDescriptorProto.EXTENSION_FIELD_NUMBER, result.getExtensionCount());
    for (Location location : file.getSourceCodeInfo().getLocationList()) {
      List<Integer> path = location.getPathList();
      Integer shift = path.size() > 1 ? shifts.get(path.get(0)) : null;
      if (shift != null) {
        result
            .getSourceCodeInfoBuilder()
            .addLocation(
                location.toBuilder()
                    .clearPath()
                    .addAllPath(
                        Stream.concat(
                                Stream.of(path.get(0), path.get(1) + shift), path.stream().skip(2))
                            .toList()));
      }
    }
  }
}
