package dev.grpcos.gateway.schema;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The name of a type as a file writes it.
 *
 * @param scope the enclosing package or message with a dot at its end, or an empty string
 * @param name absolute with a leading dot, as protoc writes it, or relative to the scope
 */
record TypeReference(String scope, String name) {
  /** Returns the distinct references in the file. */
  static Set<TypeReference> in(FileDescriptorProto file) {
    Set<TypeReference> found = new LinkedHashSet<>();
    String scope = Declarations.scope(file);
    file.getMessageTypeList().forEach(message -> add(scope, message, found));
    add(scope, file.getExtensionList(), found);
    for (ServiceDescriptorProto service : file.getServiceList()) {
      for (MethodDescriptorProto method : service.getMethodList()) {
        add(scope, method.getInputType(), found);
        add(scope, method.getOutputType(), found);
      }
    }
    return found;
  }

  private static void add(String outer, DescriptorProto message, Set<TypeReference> found) {
    String scope = outer + message.getName() + ".";
    add(scope, message.getFieldList(), found);
    add(scope, message.getExtensionList(), found);
    message.getNestedTypeList().forEach(nested -> add(scope, nested, found));
  }

  private static void add(
      String scope, Collection<FieldDescriptorProto> fields, Set<TypeReference> found) {
    for (FieldDescriptorProto field : fields) {
      add(scope, field.getTypeName(), found);
      add(scope, field.getExtendee(), found);
    }
  }

  private static void add(String scope, String name, Set<TypeReference> found) {
    if (!name.isEmpty()) {
      found.add(new TypeReference(name.startsWith(".") ? "" : scope, name));
    }
  }

  /** Returns the name for the type in messages if no file declares it. */
  String absent() {
    return name.startsWith(".") ? name.substring(1) : name;
  }

  /** Returns the possible full names, without a leading dot, the innermost scope first. */
  List<String> candidates() {
    if (name.startsWith(".")) {
      return List.of(name.substring(1));
    }
    List<String> candidates = new ArrayList<>();
    String outer = scope;
    while (!outer.isEmpty()) {
      candidates.add(outer + name);
      outer = outer.substring(0, outer.lastIndexOf('.', outer.length() - 2) + 1);
    }
    candidates.add(name);
    return candidates;
  }
}
