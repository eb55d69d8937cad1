package dev.grpcos.gateway.schema;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumValueDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import com.google.protobuf.DescriptorProtos.OneofDescriptorProto;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The full names that a file declares, found without linking the file. */
public final class Declarations {
  private final Map<String, SymbolKind> names;

  private Declarations(Map<String, SymbolKind> names) {
    this.names = names;
  }

  /**
   * Returns the file's package with a dot at its end, or an empty string if there is no package.
   */
  public static String scope(FileDescriptorProto file) {
    return file.getPackage().isEmpty() ? "" : file.getPackage() + ".";
  }

  /** Returns the top-level declarations. Every other name in the file begins with one of them. */
  public static List<String> top(FileDescriptorProto file) {
    List<String> names = new ArrayList<>();
    file.getServiceList().forEach(service -> names.add(service.getName()));
    file.getMessageTypeList().forEach(message -> names.add(message.getName()));
    for (EnumDescriptorProto type : file.getEnumTypeList()) {
      names.add(type.getName());
      // As in C++, the values of an enum are siblings of the enum.
      type.getValueList().forEach(value -> names.add(value.getName()));
    }
    file.getExtensionList().forEach(extension -> names.add(extension.getName()));
    String scope = scope(file);
    return names.stream().map(name -> scope + name).toList();
  }

  /** Adds every name in the file. Enum values are added with the enum's name as their scope. */
  public static void addAll(FileDescriptorProto file, Map<String, SymbolKind> names) {
    Declarations declared = new Declarations(names);
    String scope = scope(file);
    for (ServiceDescriptorProto service : file.getServiceList()) {
      String name = declared.add(scope, service.getName(), SymbolKind.SERVICE);
      declared.add(
          name + ".", service.getMethodList(), MethodDescriptorProto::getName, SymbolKind.METHOD);
    }
    file.getMessageTypeList().forEach(message -> declared.add(scope, message));
    file.getEnumTypeList().forEach(type -> declared.add(scope, type));
    declared.add(scope, file.getExtensionList(), FieldDescriptorProto::getName, SymbolKind.PART);
  }

  /** Returns the messages and enums of the file, map entries included: every type of a field. */
  static Map<String, FieldDescriptorProto.Type> types(FileDescriptorProto file) {
    Map<String, FieldDescriptorProto.Type> types = new HashMap<>();
    String scope = scope(file);
    file.getMessageTypeList().forEach(message -> addTypes(scope, message, types));
    addEnums(scope, file.getEnumTypeList(), types);
    return types;
  }

  private static void addTypes(
      String outer, DescriptorProto message, Map<String, FieldDescriptorProto.Type> types) {
    String name = outer + message.getName();
    types.putIfAbsent(name, FieldDescriptorProto.Type.TYPE_MESSAGE);
    message.getNestedTypeList().forEach(nested -> addTypes(name + ".", nested, types));
    addEnums(name + ".", message.getEnumTypeList(), types);
  }

  private static void addEnums(
      String outer, List<EnumDescriptorProto> enums, Map<String, FieldDescriptorProto.Type> types) {
    enums.forEach(
        type -> types.putIfAbsent(outer + type.getName(), FieldDescriptorProto.Type.TYPE_ENUM));
  }

  private void add(String outer, DescriptorProto message) {
    SymbolKind kind = message.getOptions().getMapEntry() ? SymbolKind.PART : SymbolKind.MESSAGE;
    String scope = add(outer, message.getName(), kind) + ".";
    add(scope, message.getFieldList(), FieldDescriptorProto::getName, SymbolKind.PART);
    add(scope, message.getOneofDeclList(), OneofDescriptorProto::getName, SymbolKind.PART);
    add(scope, message.getExtensionList(), FieldDescriptorProto::getName, SymbolKind.PART);
    message.getNestedTypeList().forEach(nested -> add(scope, nested));
    message.getEnumTypeList().forEach(type -> add(scope, type));
  }

  private void add(String outer, EnumDescriptorProto type) {
    String scope = add(outer, type.getName(), SymbolKind.ENUM) + ".";
    add(scope, type.getValueList(), EnumValueDescriptorProto::getName, SymbolKind.PART);
  }

  private <T> void add(String scope, List<T> declared, Function<T, String> name, SymbolKind kind) {
    declared.forEach(one -> add(scope, name.apply(one), kind));
  }

  private String add(String scope, String name, SymbolKind kind) {
    names.putIfAbsent(scope + name, kind);
    return scope + name;
  }
}
