package dev.grpcos.cli.schema;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import java.util.Collection;
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

  /**
   * The file of this name first, and perhaps its imports; empty where it is unknown. A server may
   * know it by another name of its own.
   */
  List<FileDescriptorProto> file(String name);

  /** The file that defines this extension, and perhaps its imports; empty where it is unknown. */
  List<FileDescriptorProto> fileContainingExtension(String message, int number);

  /** Numbers of the extensions of this message; empty where none is known. */
  List<Integer> extensionNumbers(String message);

  /** All files that there are, as far as that is known without asking. */
  Collection<FileDescriptorProto> given();
}
