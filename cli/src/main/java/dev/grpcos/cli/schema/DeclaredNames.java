package dev.grpcos.cli.schema;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumValueDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import com.google.protobuf.DescriptorProtos.OneofDescriptorProto;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import dev.grpcos.cli.schema.Schema.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Full names of what a file declares, without linking it. */
final class DeclaredNames {
  private final Map<String, Kind> names;

  private DeclaredNames(Map<String, Kind> names) {
    this.names = names;
  }

  /** The file's package with a dot behind it; empty where it has none. */
  static String scope(FileDescriptorProto file) {
    return file.getPackage().isEmpty() ? "" : file.getPackage() + ".";
  }

  /** What stands at the top of the file: whatever else is in it has a longer name. */
  static List<String> top(FileDescriptorProto file) {
    List<String> names = new ArrayList<>();
    file.getServiceList().forEach(service -> names.add(service.getName()));
    file.getMessageTypeList().forEach(message -> names.add(message.getName()));
    for (EnumDescriptorProto type : file.getEnumTypeList()) {
      names.add(type.getName());
      // as in C++, an enum's values are its siblings
      type.getValueList().forEach(value -> names.add(value.getName()));
    }
    file.getExtensionList().forEach(extension -> names.add(extension.getName()));
    String scope = scope(file);
    return names.stream().map(name -> scope + name).toList();
  }

  /** Everything in the file, the values of enums below their enums. */
  static Map<String, Kind> all(FileDescriptorProto file) {
    Map<String, Kind> names = new HashMap<>();
    addAll(file, names);
    return names;
  }

  /** Adds everything in the file. */
  static void addAll(FileDescriptorProto file, Map<String, Kind> names) {
    DeclaredNames declared = new DeclaredNames(names);
    String scope = scope(file);
    for (ServiceDescriptorProto service : file.getServiceList()) {
      String name = declared.add(scope, service.getName(), Kind.SERVICE);
      declared.add(
          name + ".", service.getMethodList(), MethodDescriptorProto::getName, Kind.METHOD);
    }
    file.getMessageTypeList().forEach(message -> declared.add(scope, message));
    file.getEnumTypeList().forEach(type -> declared.add(scope, type));
    declared.add(scope, file.getExtensionList(), FieldDescriptorProto::getName, Kind.PART);
  }

  private void add(String outer, DescriptorProto message) {
    Kind kind = message.getOptions().getMapEntry() ? Kind.PART : Kind.MESSAGE;
    String scope = add(outer, message.getName(), kind) + ".";
    add(scope, message.getFieldList(), FieldDescriptorProto::getName, Kind.PART);
    add(scope, message.getOneofDeclList(), OneofDescriptorProto::getName, Kind.PART);
    add(scope, message.getExtensionList(), FieldDescriptorProto::getName, Kind.PART);
    message.getNestedTypeList().forEach(nested -> add(scope, nested));
    message.getEnumTypeList().forEach(type -> add(scope, type));
  }

  private void add(String outer, EnumDescriptorProto type) {
    String scope = add(outer, type.getName(), Kind.ENUM) + ".";
    add(scope, type.getValueList(), EnumValueDescriptorProto::getName, Kind.PART);
  }

  private <T> void add(String scope, List<T> declared, Function<T, String> name, Kind kind) {
    declared.forEach(one -> add(scope, name.apply(one), kind));
  }

  private String add(String scope, String name, Kind kind) {
    names.putIfAbsent(scope + name, kind);
    return scope + name;
  }
}
