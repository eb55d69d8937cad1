package dev.grpcos.gateway.openapi;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import com.google.protobuf.DescriptorProtos.SourceCodeInfo.Location;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The comments of declarations, from the source info of their files. Not thread-safe. */
final class DeclarationComments {
  private final Map<FileDescriptor, Map<List<Integer>, String>> files = new HashMap<>();

  /** Returns the comment as plain text; empty if there is none. */
  String of(ServiceDescriptor service) {
    return at(
        service.getFile(), List.of(FileDescriptorProto.SERVICE_FIELD_NUMBER, service.getIndex()));
  }

  String of(MethodDescriptor method) {
    return at(
        method.getFile(),
        List.of(
            FileDescriptorProto.SERVICE_FIELD_NUMBER,
            method.getService().getIndex(),
            ServiceDescriptorProto.METHOD_FIELD_NUMBER,
            method.getIndex()));
  }

  String of(Descriptor message) {
    return at(message.getFile(), path(message));
  }

  String of(FieldDescriptor field) {
    return at(
        field.getFile(),
        with(
            path(field.getContainingType()), DescriptorProto.FIELD_FIELD_NUMBER, field.getIndex()));
  }

  String of(EnumDescriptor type) {
    Descriptor outer = type.getContainingType();
    return at(
        type.getFile(),
        outer == null
            ? List.of(FileDescriptorProto.ENUM_TYPE_FIELD_NUMBER, type.getIndex())
            : with(path(outer), DescriptorProto.ENUM_TYPE_FIELD_NUMBER, type.getIndex()));
  }

  private static List<Integer> path(Descriptor message) {
    Descriptor outer = message.getContainingType();
    return outer == null
        ? List.of(FileDescriptorProto.MESSAGE_TYPE_FIELD_NUMBER, message.getIndex())
        : with(path(outer), DescriptorProto.NESTED_TYPE_FIELD_NUMBER, message.getIndex());
  }

  private static List<Integer> with(List<Integer> path, int field, int index) {
    List<Integer> longer = new ArrayList<>(path);
    longer.add(field);
    longer.add(index);
    return longer;
  }

  private String at(FileDescriptor file, List<Integer> path) {
    return files.computeIfAbsent(file, DeclarationComments::comments).getOrDefault(path, "");
  }

  private static Map<List<Integer>, String> comments(FileDescriptor file) {
    Map<List<Integer>, String> comments = new HashMap<>();
    for (Location location : file.toProto().getSourceCodeInfo().getLocationList()) {
      String text = text(location.getLeadingComments() + location.getTrailingComments());
      if (!text.isEmpty()) {
        comments.putIfAbsent(List.copyOf(location.getPathList()), text);
      }
    }
    return comments;
  }

  private static String text(String comment) {
    return comment.lines().map(String::strip).collect(Collectors.joining("\n")).strip();
  }
}
