package dev.grpcos.cli.schema;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import dev.grpcos.cli.failure.CallFailedException;
import dev.grpcos.cli.failure.CliException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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

  /**
   * Of many symbols or files, what {@link #fileContaining} or {@link #file} says of each; those
   * that fail, and those that have to be asked for alone, are left out.
   *
   * @throws CallFailedException if nothing can be asked
   */
  default Map<String, List<FileDescriptorProto>> all(Subject subject, Collection<String> names) {
    Map<String, List<FileDescriptorProto>> answers = new LinkedHashMap<>();
    for (String name : names) {
      try {
        answers.put(name, subject == Subject.SYMBOL ? fileContaining(name) : file(name));
      } catch (CallFailedException e) {
        throw e;
      } catch (CliException e) {
        // It is told when it is needed.
      }
    }
    return answers;
  }

  /** What names are of. */
  enum Subject {
    SYMBOL,
    FILE
  }

  /** The file that defines this extension, and perhaps its imports; empty where it is unknown. */
  List<FileDescriptorProto> fileContainingExtension(String message, int number);

  /** Numbers of the extensions of this message; empty where none is known. */
  List<Integer> extensionNumbers(String message);

  /** All files that there are, as far as that is known without asking. */
  Collection<FileDescriptorProto> given();
}
