package dev.grpcos.cli.schema;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.GenericDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import dev.grpcos.cli.failure.CliException;
import dev.grpcos.cli.schema.DescriptorSource.Subject;
import dev.grpcos.gateway.schema.CommonTypes;
import io.grpc.Channel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Links the files of a {@link DescriptorSource} and remembers them.
 *
 * <p>Files arrive in any order and only when a symbol in them is asked for, so that a schema of
 * thousands of files costs what is used of it. A gateway may have different files of one name, from
 * different servers: they are kept apart, in a {@link Namespace} each. The files of {@code
 * google/protobuf} that a server does not send are taken from the protobuf runtime.
 *
 * <p>Each method is one step under the schema's lock; a second asker waits for the first one's
 * answer instead of asking again.
 */
public final class LinkedSchema implements Schema {
  /** Bounds a question to reflection that no deadline bounds. */
  private static final Duration REFLECTION_TIMEOUT = Duration.ofSeconds(10);

  /** How many names that nobody knows are remembered, so that they are asked for once only. */
  private static final int MAX_UNKNOWN = 1_000;

  /** Beyond so many, files that differ are taken for the same. */
  private static final int MAX_NAMESPACES = 64;

  private final DescriptorSource source;
  private final List<Namespace> namespaces = new ArrayList<>();
  private final Set<List<Object>> unknown = new HashSet<>();
  private @Nullable List<String> services;
  private SortedMap<String, Kind> names = new TreeMap<>();

  /** How many files the names are of; -1 as long as nobody wants them. */
  private int named = -1;

  LinkedSchema(DescriptorSource source) {
    this.source = source;
    namespaces.add(new Namespace(source));
  }

  /** The schema that the server behind the channel tells by reflection. */
  public static Schema reflected(Channel channel) {
    return new LinkedSchema(new ReflectionSource(channel, REFLECTION_TIMEOUT));
  }

  /** The schema that these files make up; of two with one name the first counts. */
  public static Schema of(List<SuppliedFile> files) {
    return new LinkedSchema(new SuppliedFiles(files));
  }

  /** The same, with what the server behind the channel tells of what the files lack. */
  public static Schema of(List<SuppliedFile> files, Channel channel) {
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
  public synchronized SortedMap<String, Kind> names() {
    if (named < 0) {
      namespaces.get(0).add(source.given());
      fetch(services());
      services().forEach(this::declaring);
      namespaces.forEach(Namespace::addImports);
    }
    List<FileDescriptorProto> files = files();
    if (named != files.size()) {
      named = files.size();
      SortedMap<String, Kind> all = new TreeMap<>();
      files.forEach(file -> DeclaredNames.addAll(file, all));
      names = Collections.unmodifiableSortedMap(all);
    }
    return names;
  }

  @Override
  public synchronized void fetch(Collection<String> symbols) {
    List<String> wanted =
        symbols.stream()
            .filter(symbol -> declared(symbol) == null && !unknown.contains(List.of(symbol)))
            .toList();
    if (wanted.size() > 1) {
      source.all(Subject.SYMBOL, wanted).forEach((symbol, answer) -> add(List.of(symbol), answer));
    }
  }

  @Override
  public synchronized List<String> methods(String service) {
    FileDescriptorProto file = declaring(service);
    return file == null
        ? List.of()
        : file.getServiceList().stream()
            .filter(one -> service.equals(DeclaredNames.scope(file) + one.getName()))
            .flatMap(one -> one.getMethodList().stream())
            .map(MethodDescriptorProto::getName)
            .toList();
  }

  /** The file that declares the symbol, asked for where it is not here. */
  private @Nullable FileDescriptorProto declaring(String symbol) {
    FileDescriptorProto known = declared(symbol);
    return known == null && ask(List.of(symbol), () -> source.fileContaining(symbol))
        ? declared(symbol)
        : known;
  }

  private @Nullable FileDescriptorProto declared(String symbol) {
    for (Namespace namespace : namespaces) {
      FileDescriptorProto file = namespace.declaring(symbol);
      if (file != null) {
        return file;
      }
    }
    return null;
  }

  private List<FileDescriptorProto> files() {
    return namespaces.stream().flatMap(namespace -> namespace.files().stream()).toList();
  }

  @Override
  public @Nullable ServiceDescriptor service(String fullName) {
    return symbol(fullName) instanceof ServiceDescriptor service ? service : null;
  }

  @Override
  public @Nullable Descriptor message(String fullName) {
    GenericDescriptor known = symbol(fullName);
    return known instanceof Descriptor message ? message : CommonTypes.message(fullName);
  }

  @Override
  public synchronized @Nullable FileDescriptor file(String name) {
    for (Namespace namespace : namespaces) {
      FileDescriptor file = namespace.file(name);
      if (file != null) {
        return file;
      }
    }
    return null;
  }

  @Override
  public synchronized @Nullable FieldDescriptor extension(Descriptor containing, String fullName) {
    FieldDescriptor found = named(containing, fullName);
    if (found == null) {
      // Not all servers find extensions by their names.
      String type = containing.getFullName();
      if (unknown.add(List.of("extensions of", type))) {
        source.extensionNumbers(type).forEach(number -> extension(containing, number));
      }
      found = named(containing, fullName);
    }
    return found;
  }

  private @Nullable FieldDescriptor named(Descriptor containing, String fullName) {
    for (Namespace namespace : namespaces) {
      if (namespace.symbol(fullName) instanceof FieldDescriptor field
          && extendsType(field, containing)) {
        return field;
      }
    }
    return symbol(fullName) instanceof FieldDescriptor field && extendsType(field, containing)
        ? field
        : null;
  }

  private static boolean extendsType(FieldDescriptor field, Descriptor containing) {
    return field.isExtension() && field.getContainingType() == containing;
  }

  @Override
  public synchronized @Nullable FieldDescriptor extension(Descriptor containing, int number) {
    String type = containing.getFullName();
    List<Object> key = List.of(type, number);
    Namespace home =
        namespaces.stream()
            .filter(namespace -> namespace.has(containing.getFile()))
            .findFirst()
            .orElse(null);
    if (home == null) {
      return null;
    }
    FieldDescriptor known = home.extension(containing, number);
    if (known == null && ask(key, () -> source.fileContainingExtension(type, number))) {
      known = home.extension(containing, number);
    }
    return known;
  }

  @Override
  public synchronized @Nullable GenericDescriptor symbol(String fullName) {
    GenericDescriptor known = known(fullName);
    if (known == null
        && !fullName.isEmpty()
        && ask(List.of(fullName), () -> source.fileContaining(fullName))) {
      known = known(fullName);
    }
    return known;
  }

  private @Nullable GenericDescriptor known(String fullName) {
    for (Namespace namespace : namespaces) {
      GenericDescriptor symbol = namespace.symbol(fullName);
      if (symbol != null) {
        return symbol;
      }
    }
    return null;
  }

  /**
   * Puts a question to the source, once.
   *
   * @return whether it is answered now
   */
  private boolean ask(List<Object> key, Question question) {
    if (unknown.contains(key)) {
      return false;
    }
    return add(key, question.put());
  }

  /** Keeps an answer; returns whether it is one. */
  private boolean add(List<Object> key, List<FileDescriptorProto> answer) {
    if (unknown.size() < MAX_UNKNOWN) {
      unknown.add(key);
    }
    if (answer.isEmpty()) {
      return false;
    }
    Namespace home = null;
    for (Namespace namespace : namespaces) {
      if (home == null && namespace.admits(answer)) {
        home = namespace;
      }
    }
    if (home == null) {
      home = namespaces.size() < MAX_NAMESPACES ? new Namespace(source) : namespaces.get(0);
    }
    if (!namespaces.contains(home)) {
      namespaces.add(home);
    }
    home.add(answer);
    return true;
  }

  /** What a source is asked. */
  @FunctionalInterface
  private interface Question {
    List<FileDescriptorProto> put();
  }

  @Override
  public synchronized String gaps(FileDescriptor file) {
    return namespaces.stream()
        .filter(namespace -> namespace.has(file))
        .map(namespace -> namespace.gaps(file))
        .findFirst()
        .orElseThrow();
  }

  @Override
  public synchronized List<SchemaFile> files(Collection<FileDescriptor> roots) {
    Map<String, SchemaFile> result = new LinkedHashMap<>();
    Set<String> seen = new HashSet<>();
    for (FileDescriptor root : roots) {
      for (Namespace namespace : namespaces) {
        if (namespace.has(root)) {
          namespace.collect(root.getName(), seen, result);
        }
      }
    }
    return List.copyOf(result.values());
  }

  @Override
  public synchronized void requireWhole(Collection<FileDescriptor> roots) {
    List<String> lacking = new ArrayList<>();
    for (SchemaFile file : files(roots)) {
      for (Namespace namespace : namespaces) {
        if (namespace.has(file.linked()) && namespace.lacks(file.linked())) {
          lacking.add(namespace.gaps(file.linked()));
        }
      }
    }
    if (!lacking.isEmpty()) {
      throw CliException.failure(
          "the schema is incomplete: %s; give it with --protoset or --proto",
          String.join("; ", lacking));
    }
  }
}
