package dev.grpcos.gateway.schema;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.FileDescriptor;

/**
 * A file of a schema.
 *
 * @param source the file in protoc's form; linking changes the JSON names
 */
public record LinkedFile(FileDescriptorProto source, FileDescriptor linked) {}
