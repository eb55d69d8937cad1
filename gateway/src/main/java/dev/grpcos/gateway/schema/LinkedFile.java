package dev.grpcos.gateway.schema;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.FileDescriptor;

/**
 * A file of a schema.
 *
 * @param source as protoc would have written it; linking changes names for JSON
 */
public record LinkedFile(FileDescriptorProto source, FileDescriptor linked) {}
