package dev.grpcos.gateway.reflection;

import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import com.google.protobuf.DescriptorProtos.SourceCodeInfo;
import com.google.protobuf.DescriptorProtos.SourceCodeInfo.Location;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** A proto file with some of its declarations, and their comments. Not thread-safe. */
final class NarrowedFile {
  private final FileDescriptorProto proto;
  private final Set<String> types = new HashSet<>();
  private final Set<FieldDescriptorProto> extensions = new HashSet<>();
  private final Map<String, Set<String>> services = new HashMap<>();
  private final Set<String> imports = new LinkedHashSet<>();

  NarrowedFile(FileDescriptorProto proto) {
    this.proto = proto;
  }

  /** Returns the whole file. */
  FileDescriptorProto proto() {
    return proto;
  }

  /** Returns the full name of a top-level declaration. */
  String fullName(String name) {
    return proto.getPackage().isEmpty() ? name : proto.getPackage() + "." + name;
  }

  /** Returns the name of the top-level declaration that contains this symbol. */
  String topLevelName(String symbol) {
    int start = proto.getPackage().isEmpty() ? 0 : proto.getPackage().length() + 1;
    int end = symbol.indexOf('.', start);
    return symbol.substring(start, end < 0 ? symbol.length() : end);
  }

  /** Keeps these methods of a service. */
  void keep(ServiceDescriptorProto service, Set<String> methods) {
    services.put(service.getName(), methods);
  }

  /** Keeps a top-level message or enum. */
  void keepType(String name) {
    types.add(name);
  }

  /** Keeps a top-level extension; returns false if it is kept already. */
  boolean keep(FieldDescriptorProto extension) {
    return extensions.add(extension);
  }

  /** Keeps the import of a file. */
  void needs(String file) {
    if (!file.equals(proto.getName())) {
      imports.add(file);
    }
  }

  /** Returns the file with what has been kept. */
  FileDescriptorProto narrowed() {
    FileDescriptorProto.Builder file =
        proto.toBuilder()
            .clearDependency()
            .clearPublicDependency()
            .clearWeakDependency()
            .clearMessageType()
            .clearEnumType()
            .clearService()
            .clearExtension()
            .clearSourceCodeInfo();
    proto.getDependencyList().stream().filter(imports::contains).forEach(file::addDependency);
    imports.stream()
        .filter(name -> !proto.getDependencyList().contains(name))
        .forEach(file::addDependency);
    Map<Integer, Map<Integer, Integer>> places = new HashMap<>();
    places.put(
        FileDescriptorProto.MESSAGE_TYPE_FIELD_NUMBER,
        kept(proto.getMessageTypeList(), each -> types.contains(each.getName())));
    places.put(
        FileDescriptorProto.ENUM_TYPE_FIELD_NUMBER,
        kept(proto.getEnumTypeList(), each -> types.contains(each.getName())));
    places.put(
        FileDescriptorProto.SERVICE_FIELD_NUMBER,
        kept(proto.getServiceList(), each -> services.containsKey(each.getName())));
    places.put(
        FileDescriptorProto.EXTENSION_FIELD_NUMBER,
        kept(proto.getExtensionList(), extensions::contains));
    proto.getMessageTypeList().stream()
        .filter(each -> types.contains(each.getName()))
        .forEach(file::addMessageType);
    proto.getEnumTypeList().stream()
        .filter(each -> types.contains(each.getName()))
        .forEach(file::addEnumType);
    proto.getExtensionList().stream().filter(extensions::contains).forEach(file::addExtension);
    for (ServiceDescriptorProto service : proto.getServiceList()) {
      if (services.containsKey(service.getName())) {
        file.addService(
            service.toBuilder()
                .clearMethod()
                .addAllMethod(
                    service.getMethodList().stream().filter(each -> has(service, each)).toList()));
      }
    }
    if (proto.hasSourceCodeInfo()) {
      file.setSourceCodeInfo(comments(places));
    }
    return file.build();
  }

  private boolean has(ServiceDescriptorProto service, MethodDescriptorProto method) {
    return services.getOrDefault(service.getName(), Set.of()).contains(method.getName());
  }

  /** Returns the new positions of the kept declarations, by their old ones. */
  private static <T> Map<Integer, Integer> kept(List<T> all, Function<T, Boolean> isKept) {
    Map<Integer, Integer> positions = new HashMap<>();
    for (int i = 0; i < all.size(); i++) {
      if (isKept.apply(all.get(i))) {
        positions.put(i, positions.size());
      }
    }
    return positions;
  }

  private SourceCodeInfo comments(Map<Integer, Map<Integer, Integer>> places) {
    SourceCodeInfo.Builder info = SourceCodeInfo.newBuilder();
    for (Location location : proto.getSourceCodeInfo().getLocationList()) {
      List<Integer> path = new ArrayList<>(location.getPathList());
      if (isKept(path, places)) {
        info.addLocation(location.toBuilder().clearPath().addAllPath(path));
      }
    }
    return info.build();
  }

  /** Changes a path to the new positions; returns false if its declaration is left out. */
  private boolean isKept(List<Integer> path, Map<Integer, Map<Integer, Integer>> places) {
    if (path.isEmpty()) {
      return true;
    }
    int field = path.get(0);
    Map<Integer, Integer> positions = places.get(field);
    if (positions == null) {
      return field == FileDescriptorProto.SYNTAX_FIELD_NUMBER
          || field == FileDescriptorProto.PACKAGE_FIELD_NUMBER
          || field == FileDescriptorProto.OPTIONS_FIELD_NUMBER;
    }
    if (path.size() < 2 || !positions.containsKey(path.get(1))) {
      return false;
    }
    int old = path.get(1);
    path.set(1, positions.getOrDefault(old, 0));
    if (field == FileDescriptorProto.SERVICE_FIELD_NUMBER
        && path.size() >= 4
        && path.get(2) == ServiceDescriptorProto.METHOD_FIELD_NUMBER) {
      ServiceDescriptorProto service = proto.getService(old);
      Map<Integer, Integer> methods = kept(service.getMethodList(), each -> has(service, each));
      if (!methods.containsKey(path.get(3))) {
        return false;
      }
      path.set(3, methods.getOrDefault(path.get(3), 0));
    }
    return true;
  }
}
