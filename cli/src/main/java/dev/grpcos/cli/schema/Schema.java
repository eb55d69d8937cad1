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
 * The descriptors of what can be called, fetched and linked as far as they are asked for. Safe for
 * use by any thread.
 */
public interface Schema extends Types {
  /** Full names of the services, sorted. */
  List<String> services();

  /** The service of this full name; null where there is none. */
  @Nullable ServiceDescriptor service(String fullName);

  /**
   * The symbol of this full name: a service, method, message, field, oneof, enum, enum value or
   * extension; null where it is unknown.
   */
  @Nullable GenericDescriptor symbol(String fullName);

  /** The file of this name; null where it is not known. */
  @Nullable FileDescriptor file(String name);

  /** What the file lacks of what it imports, and why, as a sentence. */
  String gaps(FileDescriptor file);

  /** The files and all that they import as far as it is known, each after its imports. */
  List<LinkedFile> files(Collection<FileDescriptor> roots);

  /**
   * Checks, once the files have been written, that they lack nothing.
   *
   * @throws CliException FAILURE if something that they need is missing, naming it
   */
  void requireWhole(Collection<FileDescriptor> roots);

  /**
   * Asks for the files of many symbols on one stream rather than one by one. What fails is asked
   * for again when it is needed.
   */
  void fetch(Collection<String> symbols);

  /** The names of a service's methods; empty where there is no descriptor of it. */
  List<String> methods(String service);

  /** The full names in the files at hand and in those that services need, sorted. */
  SortedMap<String, SymbolKind> names();
}
