package dev.grpcos.cli.schema;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.GenericDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import dev.grpcos.cli.CliException;
import dev.grpcos.gateway.schema.ExtensionNames;
import dev.grpcos.gateway.schema.WellKnownFiles;
import io.grpc.Channel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Links the files of a {@link DescriptorSource}, each after its imports, and remembers them.
 *
 * <p>Files arrive in any order and only when a symbol in them is asked for, so that a schema of
 * thousands of files costs what is used of it. An import that nobody has is left out: what does not
 * need it works. The files of {@code google/protobuf} that a server does not send are taken from
 * the protobuf runtime.
 *
 * <p>Each method is one step under the schema's lock; a second asker waits for the first one's
 * answer instead of asking again.
 */
public final class LinkedSchema implements Schema {
  /** Bounds a question to reflection that no deadline bounds. */
  private static final Duration REFLECTION_TIMEOUT = Duration.ofSeconds(10);

  /** How many names that nobody knows are remembered, so that they are asked for once only. */
  private static final int MAX_UNKNOWN = 1_000;

  private final DescriptorSource source;
  private final Map<String, FileDescriptorProto> files = new HashMap<>();
  private final Map<String, FileDescriptor> linked = new HashMap<>();
  private final Set<String> missing = new HashSet<>();
  private final Map<String, GenericDescriptor> symbols = new HashMap<>();
  private final Set<String> unknown = new HashSet<>();
  private @Nullable List<String> services;

  LinkedSchema(DescriptorSource source) {
    this.source = source;
  }

  /** The schema that the server behind the channel tells by reflection. */
  public static Schema reflected(Channel channel) {
    return new LinkedSchema(new ReflectionSource(channel, REFLECTION_TIMEOUT));
  }

  /** The schema that these files make up; of two with one name the first counts. */
  public static Schema of(List<FileDescriptorProto> files) {
    return new LinkedSchema(new SuppliedFiles(files));
  }

  /** The same, with what the server behind the channel tells of what the files lack. */
  public static Schema of(List<FileDescriptorProto> files, Channel channel) {
    return new LinkedSchema(
        new MergedSource(
            List.of(new SuppliedFiles(files), new ReflectionSource(channel, REFLECTION_TIMEOUT))));
  }

  @Override
  public synchronized List<String> services() {
    List<String> known = services;
    if (known == null) {
      known = source.services().stream().distinct().sorted().toList();
      services = known;
    }
    return known;
  }

  @Override
  public synchronized List<String> names() {
    return symbols.keySet().stream().sorted().toList();
  }

  @Override
  public @Nullable ServiceDescriptor service(String fullName) {
    return symbol(fullName) instanceof ServiceDescriptor service ? service : null;
  }

  @Override
  public @Nullable Descriptor message(String fullName) {
    return symbol(fullName) instanceof Descriptor message ? message : null;
  }

  @Override
  public @Nullable FieldDescriptor extension(Descriptor containing, String fullName) {
    return symbol(fullName) instanceof FieldDescriptor field
            && field.isExtension()
            && field.getContainingType().getFullName().equals(containing.getFullName())
        ? field
        : null;
  }

  @Override
  public synchronized @Nullable GenericDescriptor symbol(String fullName) {
    GenericDescriptor known = symbols.get(fullName);
    if (known != null || fullName.isEmpty() || unknown.contains(fullName)) {
      return known;
    }
    List<FileDescriptorProto> answer = source.fileContaining(fullName);
    for (FileDescriptorProto file : answer) {
      files.putIfAbsent(file.getName(), file);
    }
    for (FileDescriptorProto file : answer) {
      link(file.getName(), new LinkedHashSet<>());
    }
    GenericDescriptor found = symbols.get(fullName);
    if (found == null && unknown.size() < MAX_UNKNOWN) {
      unknown.add(fullName);
    }
    return found;
  }

  @Override
  public synchronized List<SchemaFile> files(Collection<FileDescriptor> roots) {
    Map<String, SchemaFile> result = new LinkedHashMap<>();
    Set<String> seen = new HashSet<>();
    roots.forEach(root -> collect(root.getName(), seen, result));
    return List.copyOf(result.values());
  }

  private void collect(String name, Set<String> seen, Map<String, SchemaFile> result) {
    FileDescriptor file = seen.add(name) ? link(name, new LinkedHashSet<>()) : null;
    FileDescriptorProto source = files.get(name);
    if (file != null && source != null) {
      source.getDependencyList().forEach(imported -> collect(imported, seen, result));
      source.getOptionDependencyList().forEach(imported -> collect(imported, seen, result));
      result.put(name, new SchemaFile(source, file));
    }
  }

  /** The linked file, or null where nobody has it. */
  private @Nullable FileDescriptor link(String name, Set<String> importers) {
    FileDescriptor done = linked.get(name);
    if (done != null) {
      return done;
    }
    FileDescriptorProto file = fetch(name);
    if (file == null) {
      return null;
    }
    if (!importers.add(name)) {
      throw CliException.failure(
          "the schema's files import one another in a circle: %s",
          String.join(" -> ", importers) + " -> " + name);
    }
    List<FileDescriptor> imports = new ArrayList<>();
    for (String dependency : file.getDependencyList()) {
      FileDescriptor imported = link(dependency, importers);
      if (imported != null) {
        imports.add(imported);
      }
    }
    importers.remove(name);
    try {
      FileDescriptor result =
          FileDescriptor.buildFrom(
              ExtensionNames.bracketed(file), imports.toArray(new FileDescriptor[0]), true);
      linked.put(name, result);
      SymbolIndex.addAll(result, symbols);
      return result;
    } catch (DescriptorValidationException e) {
      throw CliException.failure(e, "the schema's file %s is broken: %s", name, e.getDescription());
    }
  }

  private @Nullable FileDescriptorProto fetch(String name) {
    FileDescriptorProto known = files.get(name);
    if (known != null || missing.contains(name)) {
      return known;
    }
    for (FileDescriptorProto file : source.file(name)) {
      files.putIfAbsent(file.getName(), file);
    }
    FileDescriptorProto fetched = files.get(name);
    if (fetched == null) {
      fetched = WellKnownFiles.find(name);
      if (fetched == null) {
        missing.add(name);
      } else {
        files.put(name, fetched);
      }
    }
    return fetched;
  }
}
