package dev.grpcos.gateway.schema;

import com.google.protobuf.AnyProto;
import com.google.protobuf.ApiProto;
import com.google.protobuf.DescriptorProtos;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DurationProto;
import com.google.protobuf.EmptyProto;
import com.google.protobuf.FieldMaskProto;
import com.google.protobuf.SourceContextProto;
import com.google.protobuf.StructProto;
import com.google.protobuf.TimestampProto;
import com.google.protobuf.TypeProto;
import com.google.protobuf.WrappersProto;
import org.jspecify.annotations.Nullable;

/** The files of {@code google/protobuf}, which some servers import without sending them. */
public final class WellKnownFiles {
  private WellKnownFiles() {}

  /** The file as the protobuf runtime has it, or null where it is none of these. */
  public static @Nullable FileDescriptorProto find(String name) {
    FileDescriptor file =
        switch (name) {
          case "google/protobuf/any.proto" -> AnyProto.getDescriptor();
          case "google/protobuf/api.proto" -> ApiProto.getDescriptor();
          case "google/protobuf/descriptor.proto" -> DescriptorProtos.getDescriptor();
          case "google/protobuf/duration.proto" -> DurationProto.getDescriptor();
          case "google/protobuf/empty.proto" -> EmptyProto.getDescriptor();
          case "google/protobuf/field_mask.proto" -> FieldMaskProto.getDescriptor();
          case "google/protobuf/source_context.proto" -> SourceContextProto.getDescriptor();
          case "google/protobuf/struct.proto" -> StructProto.getDescriptor();
          case "google/protobuf/timestamp.proto" -> TimestampProto.getDescriptor();
          case "google/protobuf/type.proto" -> TypeProto.getDescriptor();
          case "google/protobuf/wrappers.proto" -> WrappersProto.getDescriptor();
          default -> null;
        };
    return file == null ? null : file.toProto();
  }
}
