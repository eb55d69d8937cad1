package dev.grpcos.cli.schema;

import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.GenericDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import dev.grpcos.cli.failure.CliException;
import dev.grpcos.gateway.json.Types;
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
   * Whatever has this full name: a service, method, message, field, oneof, enum, enum value or
   * extension; null where no schema knows it.
   */
  @Nullable GenericDescriptor symbol(String fullName);

  /** The file of this name; null where it is not known. */
  @Nullable FileDescriptor file(String name);

  /** What the file lacks of what it imports, and why, as a sentence. */
  String gaps(FileDescriptor file);

  /** The files and all that they import as far as anyone has it, each after its imports. */
  List<SchemaFile> files(Collection<FileDescriptor> roots);

  /**
   * Checks, once what there is of the files was told, that nothing is missing.
   *
   * @throws CliException FAILURE if an import of theirs is missing, directly or not, naming both
   */
  void requireWhole(Collection<FileDescriptor> roots);

  /**
   * Has the files of many symbols asked for at once rather than one by one. What fails is asked for
   * again when it is wanted.
   */
  void fetch(Collection<String> symbols);

  /** The names of a service's methods; empty where nobody describes it. */
  List<String> methods(String service);

  /** Everything in the files at hand and those that services lead to, by full names, sorted. */
  SortedMap<String, Kind> names();

  /** What a name is of. */
  enum Kind {
    SERVICE,
    METHOD,
    MESSAGE,
    ENUM,
    /** A field, oneof, value of an enum, or extension; an entry of a map too. */
    PART;

    /** Whether it is no part of anything. */
    public boolean isDeclaration() {
      return this == SERVICE || this == MESSAGE || this == ENUM;
    }
  }
}
