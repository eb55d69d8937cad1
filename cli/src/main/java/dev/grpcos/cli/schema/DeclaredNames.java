package dev.grpcos.cli.schema;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumValueDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import com.google.protobuf.DescriptorProtos.OneofDescriptorProto;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Full names of what files declare, without linking them. */
final class DeclaredNames {
  private final List<String> names = new ArrayList<>();

  private DeclaredNames() {}

  /** The file's package with a dot behind it; empty where it has none. */
  static String scope(FileDescriptorProto file) {
    return file.getPackage().isEmpty() ? "" : file.getPackage() + ".";
  }

  /** What stands at the top of the file: whatever else is in it has a longer name. */
  static List<String> top(FileDescriptorProto file) {
    DeclaredNames declared = new DeclaredNames();
    String scope = scope(file);
    declared.add(scope, file.getServiceList(), ServiceDescriptorProto::getName);
    declared.add(scope, file.getMessageTypeList(), DescriptorProto::getName);
    for (EnumDescriptorProto type : file.getEnumTypeList()) {
      declared.names.add(scope + type.getName());
      // as in C++, an enum's values are its siblings
      declared.add(scope, type.getValueList(), EnumValueDescriptorProto::getName);
    }
    declared.add(scope, file.getExtensionList(), FieldDescriptorProto::getName);
    return declared.names;
  }

  /** Everything in the file, the values of enums below their enums. */
  static List<String> all(FileDescriptorProto file) {
    DeclaredNames declared = new DeclaredNames();
    String scope = scope(file);
    declared.add(scope, file.getServiceList(), ServiceDescriptorProto::getName);
    declared.add(scope, file.getMessageTypeList(), DescriptorProto::getName);
    declared.add(scope, file.getExtensionList(), FieldDescriptorProto::getName);
    file.getEnumTypeList().forEach(type -> declared.addEnum(scope, type));
    file.getServiceList()
        .forEach(
            service ->
                declared.add(
                    scope + service.getName() + ".",
                    service.getMethodList(),
                    MethodDescriptorProto::getName));
    file.getMessageTypeList()
        .forEach(message -> declared.addWithin(scope + message.getName() + ".", message));
    return declared.names;
  }

  private void addWithin(String scope, DescriptorProto message) {
    add(scope, message.getFieldList(), FieldDescriptorProto::getName);
    add(scope, message.getOneofDeclList(), OneofDescriptorProto::getName);
    add(scope, message.getExtensionList(), FieldDescriptorProto::getName);
    add(scope, message.getNestedTypeList(), DescriptorProto::getName);
    message.getEnumTypeList().forEach(type -> addEnum(scope, type));
    message
        .getNestedTypeList()
        .forEach(nested -> addWithin(scope + nested.getName() + ".", nested));
  }

  private void addEnum(String scope, EnumDescriptorProto type) {
    names.add(scope + type.getName());
    add(scope + type.getName() + ".", type.getValueList(), EnumValueDescriptorProto::getName);
  }

  private <T> void add(String scope, List<T> declared, Function<T, String> name) {
    declared.forEach(one -> names.add(scope + name.apply(one)));
  }
}
