package dev.grpcos.gateway.reflection;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import io.grpc.Status;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a server's reflection answered to the queries of one lookup. */
public final class ReflectionAnswers {
  private final Set<String> services = new LinkedHashSet<>();
  private final Set<Integer> numbers = new LinkedHashSet<>();
  private final Map<String, FileDescriptorProto> files = new LinkedHashMap<>();

  /** Names of files of which the server has several; some servers join those of others. */
  private final Set<String> ambiguous = new LinkedHashSet<>();

  private final Map<ReflectionQuery, List<FileDescriptorProto>> answers = new HashMap<>();
  private final Map<ReflectionQuery, Status> failures = new LinkedHashMap<>();
  private final Set<ReflectionQuery> asked;

  /** No answers yet to what the set will hold. */
  ReflectionAnswers(Set<ReflectionQuery> asked) {
    this.asked = Collections.unmodifiableSet(asked);
  }

  void addServices(Collection<String> names) {
    services.addAll(names);
  }

  void addNumbers(Collection<Integer> more) {
    numbers.addAll(more);
  }

  void add(ReflectionQuery query, List<FileDescriptorProto> answer) {
    answers.put(query, answer);
  }

  void fail(ReflectionQuery query, Status status) {
    failures.put(query, status);
  }

  /** Keeps a file; returns whether it is the first of its name. */
  boolean addFile(FileDescriptorProto file) {
    FileDescriptorProto known = files.putIfAbsent(file.getName(), file);
    if (known != null && !known.equals(file)) {
      ambiguous.add(file.getName());
    }
    return known == null;
  }

  int fileCount() {
    return files.size();
  }

  /** The names of the services, without leading dots, in the order of the server. */
  public List<String> services() {
    return List.copyOf(services);
  }

  /** The numbers of extensions. */
  public List<Integer> numbers() {
    return List.copyOf(numbers);
  }

  /** All files, the first of each name. */
  public Collection<FileDescriptorProto> files() {
    return files.values();
  }

  /** Why queries, also those that a lookup adds by itself, have no answer. */
  public Map<ReflectionQuery, Status> failures() {
    return failures;
  }

  /** Everything that was asked for, also what the lookup added by itself. */
  public Set<ReflectionQuery> asked() {
    return asked;
  }

  /** Whether several files have one name, so that answers can't be put together. */
  public boolean isAmbiguous() {
    return !ambiguous.isEmpty();
  }

  /**
   * The files that answer the query, completed by what came with other answers: servers send an
   * import once a stream, or with every answer again.
   *
   * @return no files if the server does not know the subject or the query failed; null if it is not
   *     clear which of several files of one name is meant, so that the query has to be asked alone
   */
  public @Nullable List<FileDescriptorProto> to(ReflectionQuery query) {
    return completed(answers.getOrDefault(query, List.of()));
  }

  private @Nullable List<FileDescriptorProto> completed(List<FileDescriptorProto> answer) {
    Map<String, FileDescriptorProto> whole = new LinkedHashMap<>();
    answer.forEach(file -> whole.putIfAbsent(file.getName(), file));
    Deque<FileDescriptorProto> importers = new ArrayDeque<>(whole.values());
    while (!importers.isEmpty()) {
      for (String name : importers.remove().getDependencyList()) {
        FileDescriptorProto imported = whole.containsKey(name) ? null : files.get(name);
        if (imported != null) {
          if (ambiguous.contains(name)) {
            return null;
          }
          whole.put(name, imported);
          importers.add(imported);
        }
      }
    }
    return new ArrayList<>(whole.values());
  }
}
