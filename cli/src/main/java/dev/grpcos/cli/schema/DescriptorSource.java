package dev.grpcos.cli.schema;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import java.util.List;

/**
 * Where descriptors come from: server reflection, a descriptor set, proto files.
 *
 * <p>An answer may hold more files than were asked for; the {@link LinkedSchema} keeps them all.
 */
interface DescriptorSource {
  /** Full names of the services, in any order. */
  List<String> services();

  /** The file that defines the symbol, and perhaps its imports; empty where it is unknown. */
  List<FileDescriptorProto> fileContaining(String symbol);

  /** The file of this name, and perhaps its imports; empty where it is unknown. */
  List<FileDescriptorProto> file(String name);
}
