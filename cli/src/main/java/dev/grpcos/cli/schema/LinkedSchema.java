package dev.grpcos.cli.schema;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.GenericDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import dev.grpcos.cli.failure.CallFailedException;
import dev.grpcos.cli.failure.CliException;
import dev.grpcos.gateway.reflection.ReflectionAnswers;
import dev.grpcos.gateway.reflection.ReflectionBounds;
import dev.grpcos.gateway.reflection.ReflectionQuery;
import dev.grpcos.gateway.schema.CommonTypes;
import dev.grpcos.gateway.schema.Declarations;
import dev.grpcos.gateway.schema.DescriptorFile;
import dev.grpcos.gateway.schema.FileTable;
import dev.grpcos.gateway.schema.LinkedFile;
import dev.grpcos.gateway.schema.SymbolKind;
import io.grpc.Channel;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The descriptors from files and from a server's reflection, which supplies descriptors that the
 * files do not contain.
 *
 * <p>Files arrive in any order and only when a symbol in them is requested, so the cost of a schema
 * with thousands of files depends on the files in use. Several servers behind a gateway may have
 * different files with the same name; each of these is kept in a separate {@link Namespace}.
 *
 * <p>Each method is one step under the schema's lock: a second caller waits for the answer to the
 * first caller's request instead of sending its own.
 */
public final class LinkedSchema implements Schema {
  /** The maximum number of names remembered as unknown, so that each is requested only once. */
  private static final int MAX_UNKNOWN = 1_000;

  private final @Nullable ServerReflection reflection;
  private final Namespaces namespaces;
  private final Set<ReflectionQuery> asked = new HashSet<>();

  /** The services of the files; those of a server's files need not be offered by the server. */
  private final List<String> supplied;

  private @Nullable List<String> services;
  private @Nullable List<String> listed;
  private SortedMap<String, SymbolKind> names = new TreeMap<>();

  /** The number of files that the names come from; -1 if the names have not been requested yet. */
  private int named = -1;

  LinkedSchema(Collection<? extends DescriptorFile> files, @Nullable ServerReflection reflection) {
    this.reflection = reflection;
    namespaces = new Namespaces(files, reflection);
    supplied = List.copyOf(namespaces.first().services());
  }

  /** Returns the schema from the reflection of the server behind the channel. */
  public static Schema reflected(Channel channel) {
    return of(List.of(), channel);
  }

  /** Returns the schema of these files; the first of two files with one name counts. */
  public static Schema of(List<? extends DescriptorFile> files) {
    return new LinkedSchema(files, null);
  }

  /**
   * Returns the schema of these files, completed by the reflection of the server behind the
   * channel.
   */
  public static Schema of(List<? extends DescriptorFile> files, Channel channel) {
    return new LinkedSchema(files, new ServerReflection(channel, ReflectionBounds.SILENCE));
  }

  @Override
  public synchronized List<String> services() {
    List<String> known = services;
    if (known == null) {
      known = listed().stream().sorted().toList();
      services = known;
    }
    return known;
  }

  @Override
  public synchronized List<String> listed() {
    List<String> known = listed;
    if (known == null) {
      List<String> all = new ArrayList<>(supplied);
      if (reflection != null) {
        all.addAll(reflected(reflection, all.isEmpty()));
      }
      known = all.stream().distinct().toList();
      listed = known;
    }
    return known;
  }

  /**
   * Returns the server's services. A server without reflection adds no services to those of files.
   */
  private static List<String> reflected(ServerReflection reflection, boolean alone) {
    try {
      return reflection.services();
    } catch (CallFailedException e) {
      if (alone || e.status().getCode() != Status.Code.UNIMPLEMENTED) {
        throw e;
      }
      return List.of();
    }
  }

  @Override
  public synchronized SortedMap<String, SymbolKind> names() {
    if (named < 0) {
      fetch(services(), true);
      services().forEach(this::declaring);
      namespaces.completeAll();
    }
    List<FileDescriptorProto> files = namespaces.files();
    if (named != files.size()) {
      named = files.size();
      SortedMap<String, SymbolKind> all = new TreeMap<>();
      files.forEach(file -> Declarations.addAll(file, all));
      names = Collections.unmodifiableSortedMap(all);
    }
    return names;
  }

  @Override
  public synchronized void fetch(Collection<String> symbols) {
    fetch(symbols, false);
  }

  private void fetch(Collection<String> symbols, boolean imports) {
    List<ReflectionQuery> missing = new ArrayList<>();
    for (String symbol : symbols) {
      ReflectionQuery query = new ReflectionQuery.Symbol(symbol);
      if (namespaces.declaring(symbol) == null && !asked.contains(query)) {
        missing.add(query);
      }
    }
    if (reflection == null || missing.size() < 2) {
      return;
    }
    ReflectionAnswers answers = reflection.ask(missing, namespaces.first(), imports);
    if (!answers.isAmbiguous()) {
      namespaces.add(answers.files(), answers);
      return;
    }
    for (ReflectionQuery query : missing) {
      List<FileDescriptorProto> files = answers.to(query);
      // The other files are requested one by one when they are needed.
      if (files != null) {
        namespaces.add(files, answers);
      }
    }
  }

  @Override
  public synchronized List<String> methods(String service) {
    FileDescriptorProto file = declaring(service);
    return file == null
        ? List.of()
        : file.getServiceList().stream()
            .filter(one -> service.equals(Declarations.scope(file) + one.getName()))
            .flatMap(one -> one.getMethodList().stream())
            .map(MethodDescriptorProto::getName)
            .toList();
  }

  /** Returns the file that declares the symbol, and requests it if it is not here. */
  private @Nullable FileDescriptorProto declaring(String symbol) {
    FileDescriptorProto known = namespaces.declaring(symbol);
    return known == null && ask(new ReflectionQuery.Symbol(symbol))
        ? namespaces.declaring(symbol)
        : known;
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
    FileDescriptor known = namespaces.file(name);
    return known == null && ask(new ReflectionQuery.File(name)) ? namespaces.file(name) : known;
  }

  @Override
  public synchronized @Nullable FieldDescriptor extension(Descriptor containing, String fullName) {
    FieldDescriptor found = named(containing, fullName);
    if (found == null) {
      // Some servers do not find extensions by name.
      for (int number : extensionNumbers(containing.getFullName())) {
        FieldDescriptor unused = extension(containing, number);
      }
      found = named(containing, fullName);
    }
    return found;
  }

  /**
   * Returns the extension numbers of the files and of the server, which gets one request for them.
   */
  private Set<Integer> extensionNumbers(String type) {
    Set<Integer> numbers = namespaces.extensionNumbers(type);
    ReflectionQuery query = new ReflectionQuery.ExtensionNumbers(type);
    if (reflection != null && asked.add(query)) {
      numbers.addAll(reflection.ask(List.of(query), new FileTable(), false).numbers());
    }
    return numbers;
  }

  private @Nullable FieldDescriptor named(Descriptor containing, String fullName) {
    FieldDescriptor known = namespaces.extension(containing, fullName);
    if (known != null) {
      return known;
    }
    return symbol(fullName) instanceof FieldDescriptor field
            && Namespaces.extendsType(field, containing)
        ? field
        : null;
  }

  @Override
  public synchronized @Nullable FieldDescriptor extension(Descriptor containing, int number) {
    Namespace namespace = namespaces.of(containing.getFile());
    if (namespace == null) {
      return null;
    }
    FieldDescriptor known = known(namespace, containing, number);
    return known == null && ask(new ReflectionQuery.Extension(containing.getFullName(), number))
        ? known(namespace, containing, number)
        : known;
  }

  private static @Nullable FieldDescriptor known(
      Namespace namespace, Descriptor containing, int number) {
    FileDescriptorProto file =
        namespace.pool().table().extensions(containing.getFullName()).get(number);
    return file == null ? null : namespace.with(file).extension(containing, number);
  }

  @Override
  public synchronized @Nullable GenericDescriptor symbol(String fullName) {
    GenericDescriptor known = namespaces.symbol(fullName);
    return known == null && !fullName.isEmpty() && ask(new ReflectionQuery.Symbol(fullName))
        ? namespaces.symbol(fullName)
        : known;
  }

  /**
   * Sends a query to the server, at most once.
   *
   * @return whether the answer is available
   * @throws CliException FAILURE if the server refuses to answer
   */
  private boolean ask(ReflectionQuery query) {
    if (reflection == null || asked.contains(query)) {
      return false;
    }
    ReflectionAnswers answers = reflection.ask(List.of(query), namespaces.first(), true);
    Status failure = answers.failures().get(query);
    if (failure != null) {
      throw CliException.failure("%s", refusal(query, failure));
    }
    if (asked.size() < MAX_UNKNOWN) {
      asked.add(query);
    }
    return namespaces.add(answers.files(), answers);
  }

  /** Returns the message for a query that the server refuses to answer. */
  static String refusal(ReflectionQuery query, Status failure) {
    return "the server's reflection answers for %s: %s %s"
        .formatted(query.subject(), failure.getCode(), failure.getDescription());
  }

  @Override
  public synchronized String gaps(FileDescriptor file) {
    Namespace namespace = namespaces.of(file);
    if (namespace == null) {
      throw new IllegalArgumentException("a file of another schema: " + file.getName());
    }
    return namespace.pool().gaps(file);
  }

  @Override
  public synchronized List<LinkedFile> files(Collection<FileDescriptor> roots) {
    return namespaces.closure(roots);
  }

  @Override
  public synchronized void requireComplete(Collection<FileDescriptor> roots) {
    List<String> lacking = namespaces.lacking(roots);
    if (!lacking.isEmpty()) {
      throw CliException.failure(
          "the schema is incomplete: %s; give it with --protoset, or with --proto and -I",
          String.join("; ", lacking));
    }
  }
}
