package dev.grpcos.cli.schema;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.FileDescriptor;

/**
 * A file of a schema.
 *
 * @param source as it came; linking changes names that JSON has
 */
public record SchemaFile(FileDescriptorProto source, FileDescriptor linked) {}
