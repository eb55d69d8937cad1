package dev.grpcos.gateway.schema;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.DescriptorProtoOrBuilder;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProtoOrBuilder;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.OneofDescriptorProto;
import java.util.List;

/** Finds and marks optional fields of proto3, which some servers send as fields of a oneof. */
final class OptionalFields {
  private OptionalFields() {}

  /** Returns whether an optional field of proto3 is not marked as optional. */
  static boolean areUnmarked(FileDescriptorProto file) {
    return file.getSyntax().equals("proto3")
        && file.getMessageTypeList().stream().anyMatch(OptionalFields::areUnmarked);
  }

  private static boolean areUnmarked(DescriptorProto message) {
    int[] members = members(message);
    return message.getFieldList().stream()
            .anyMatch(field -> isUnmarkedOptional(message, field, members))
        || message.getNestedTypeList().stream().anyMatch(OptionalFields::areUnmarked);
  }

  /** Returns the number of fields in each oneof. */
  private static int[] members(DescriptorProtoOrBuilder message) {
    int[] members = new int[message.getOneofDeclCount()];
    for (FieldDescriptorProto field : message.getFieldList()) {
      if (isInOneof(message, field)) {
        members[field.getOneofIndex()]++;
      }
    }
    return members;
  }

  private static boolean isInOneof(
      DescriptorProtoOrBuilder message, FieldDescriptorProtoOrBuilder field) {
    return field.hasOneofIndex()
        && field.getOneofIndex() >= 0
        && field.getOneofIndex() < message.getOneofDeclCount();
  }

  /**
   * Returns whether the field is the only one in a oneof with the name that protoc generates for
   * it.
   */
  private static boolean isUnmarkedOptional(
      DescriptorProtoOrBuilder message, FieldDescriptorProtoOrBuilder field, int[] members) {
    return !field.getProto3Optional()
        && isInOneof(message, field)
        && members[field.getOneofIndex()] == 1
        && message.getOneofDecl(field.getOneofIndex()).getName().equals("_" + field.getName());
  }

  /**
   * Marks the optional fields. protoc puts their oneofs after the oneofs that the source declares.
   */
  static void mark(DescriptorProto.Builder message) {
    List<OneofDescriptorProto> oneofs = List.copyOf(message.getOneofDeclList());
    int[] members = members(message);
    boolean[] optional = new boolean[oneofs.size()];
    for (FieldDescriptorProto.Builder field : message.getFieldBuilderList()) {
      if (isUnmarkedOptional(message, field, members)) {
        field.setProto3Optional(true);
      }
      if (field.getProto3Optional() && isInOneof(message, field)) {
        optional[field.getOneofIndex()] = true;
      }
    }
    int[] places = new int[oneofs.size()];
    message.clearOneofDecl();
    for (boolean behind : new boolean[] {false, true}) {
      for (int i = 0; i < places.length; i++) {
        if (optional[i] == behind) {
          places[i] = message.getOneofDeclCount();
          message.addOneofDecl(oneofs.get(i));
        }
      }
    }
    for (FieldDescriptorProto.Builder field : message.getFieldBuilderList()) {
      if (isInOneof(message, field)) { // linking reports a wrong index
        field.setOneofIndex(places[field.getOneofIndex()]);
      }
    }
    message.getNestedTypeBuilderList().forEach(OptionalFields::mark);
  }
}
