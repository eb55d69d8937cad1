package dev.grpcos.cli.schema;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.GenericDescriptor;
import dev.grpcos.cli.failure.CliException;
import dev.grpcos.gateway.reflection.ReflectionAnswers;
import dev.grpcos.gateway.schema.DescriptorFile;
import dev.grpcos.gateway.schema.FileTable;
import dev.grpcos.gateway.schema.LinkedFile;
import dev.grpcos.gateway.schema.SchemaException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The files that have arrived. Different files with the same name are in separate namespaces. Used
 * under the schema's lock.
 */
final class Namespaces {
  /** The maximum number; beyond it, different files with one name count as the same. */
  private static final int MAX_NAMESPACES = 64;

  private final @Nullable ServerReflection reflection;
  private final List<Namespace> all = new ArrayList<>();

  Namespaces(Collection<? extends DescriptorFile> files, @Nullable ServerReflection reflection) {
    this.reflection = reflection;
    all.add(new Namespace(files, reflection));
  }

  /** Returns the table of the first namespace, which has the files of the command. */
  FileTable first() {
    return all.get(0).pool().table();
  }

  /** Requests the imports of all files that lack some. */
  void completeAll() {
    all.forEach(Namespace::completeAll);
  }

  /** Returns all files. */
  List<FileDescriptorProto> files() {
    return all.stream().flatMap(one -> one.pool().table().all().stream()).toList();
  }

  /** Returns the file that declares the symbol, or null. */
  @Nullable FileDescriptorProto declaring(String symbol) {
    for (Namespace namespace : all) {
      FileDescriptorProto file = namespace.pool().table().declaring(symbol);
      if (file != null) {
        return file;
      }
    }
    return null;
  }

  /** Returns the linked file with this name, or null. */
  @Nullable FileDescriptor file(String name) {
    for (Namespace namespace : all) {
      FileDescriptorProto file = namespace.pool().table().get(name);
      FileDescriptor linked = file == null ? null : namespace.with(file).file(name);
      if (linked != null) {
        return linked;
      }
    }
    return null;
  }

  /**
   * Returns the symbol with this name, or null.
   *
   * @throws CliException FAILURE if its file cannot be linked
   */
  @Nullable GenericDescriptor symbol(String fullName) {
    for (Namespace namespace : all) {
      GenericDescriptor symbol = symbol(namespace, fullName);
      if (symbol != null) {
        return symbol;
      }
    }
    return null;
  }

  private static @Nullable GenericDescriptor symbol(Namespace namespace, String fullName) {
    FileDescriptorProto file = namespace.pool().table().declaring(fullName);
    try {
      return file == null ? null : namespace.with(file).symbol(fullName);
    } catch (SchemaException e) {
      throw CliException.failure(e, "%s", e.getMessage());
    }
  }

  /** Returns the extension of this message with this name, or null. */
  @Nullable FieldDescriptor extension(Descriptor containing, String fullName) {
    for (Namespace namespace : all) {
      if (symbol(namespace, fullName) instanceof FieldDescriptor field
          && extendsType(field, containing)) {
        return field;
      }
    }
    return null;
  }

  /** Returns whether the field is an extension of exactly this message. */
  static boolean extendsType(FieldDescriptor field, Descriptor containing) {
    return field.isExtension() && field.getContainingType() == containing;
  }

  /** Returns the numbers of the known extensions of a type. */
  Set<Integer> extensionNumbers(String type) {
    Set<Integer> numbers = new HashSet<>();
    for (Namespace namespace : all) {
      numbers.addAll(namespace.pool().table().extensions(type).keySet());
    }
    return numbers;
  }

  /** Returns the namespace that has the file, or null. */
  @Nullable Namespace of(FileDescriptor file) {
    for (Namespace namespace : all) {
      if (namespace.pool().has(file)) {
        return namespace;
      }
    }
    return null;
  }

  /** Adds the files of an answer; returns whether there are any. */
  boolean add(Collection<FileDescriptorProto> files, ReflectionAnswers answers) {
    if (files.isEmpty()) {
      return false;
    }
    Namespace home = null;
    for (Namespace namespace : all) {
      if (home == null && namespace.pool().admits(files)) {
        home = namespace;
      }
    }
    if (home == null && all.size() < MAX_NAMESPACES) {
      home = new Namespace(List.of(), reflection);
      all.add(home);
    }
    (home == null ? all.get(0) : home).add(files, answers);
    return true;
  }

  /** Returns the files and all their imports, imports first. */
  List<LinkedFile> closure(Collection<FileDescriptor> roots) {
    Map<String, LinkedFile> result = new LinkedHashMap<>();
    for (Namespace namespace : all) {
      List<String> own =
          roots.stream().filter(namespace.pool()::has).map(FileDescriptor::getName).toList();
      for (LinkedFile file : namespace.pool().closure(own)) {
        result.putIfAbsent(file.linked().getName(), file);
      }
    }
    return List.copyOf(result.values());
  }

  /** Returns what the files and their imports lack. */
  List<String> lacking(Collection<FileDescriptor> roots) {
    List<String> lacking = new ArrayList<>();
    for (LinkedFile file : closure(roots)) {
      for (Namespace namespace : all) {
        if (namespace.pool().has(file.linked()) && namespace.pool().isIncomplete(file.linked())) {
          lacking.add(namespace.pool().gaps(file.linked()));
        }
      }
    }
    return lacking;
  }
}
