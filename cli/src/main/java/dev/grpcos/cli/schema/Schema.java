package dev.grpcos.cli.schema;

import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.GenericDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import dev.grpcos.cli.failure.CliException;
import dev.grpcos.gateway.json.Types;
import dev.grpcos.gateway.schema.LinkedFile;
import dev.grpcos.gateway.schema.SymbolKind;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * The descriptors of callable services, fetched and linked on demand. Safe for use by any thread.
 */
public interface Schema extends Types {
  /** Returns the full names of the services, sorted. */
  List<String> services();

  /** Returns the full names of the services, in the order of their source. */
  List<String> listed();

  /** Returns the service with this full name, or null if there is none. */
  @Nullable ServiceDescriptor service(String fullName);

  /**
   * Returns the symbol with this full name, or null if it is unknown. A symbol is a service,
   * method, message, field, oneof, enum, enum value or extension.
   */
  @Nullable GenericDescriptor symbol(String fullName);

  /** Returns the file with this name, or null if it is unknown. */
  @Nullable FileDescriptor file(String name);

  /** Returns a sentence that names the missing imports of the file and the reason. */
  String gaps(FileDescriptor file);

  /** Returns the files and all their known imports, each file after its imports. */
  List<LinkedFile> files(Collection<FileDescriptor> roots);

  /**
   * Checks that the files lack nothing; called after they have been written.
   *
   * @throws CliException FAILURE if a dependency is missing, with its name
   */
  void requireComplete(Collection<FileDescriptor> roots);

  /**
   * Fetches the files of many symbols on one stream instead of one by one. A failed query is sent
   * again when its answer is needed.
   */
  void fetch(Collection<String> symbols);

  /** Returns the names of a service's methods; empty if there is no descriptor of the service. */
  List<String> methods(String service);

  /** Returns the full names in the available files and in the files that services need, sorted. */
  SortedMap<String, SymbolKind> names();
}
