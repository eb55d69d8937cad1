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

/** The answers of a server's reflection service to the queries of one lookup. */
public final class ReflectionAnswers {
  private final Set<String> services = new LinkedHashSet<>();
  private final Set<Integer> numbers = new LinkedHashSet<>();
  private final Map<String, FileDescriptorProto> files = new LinkedHashMap<>();

  /**
   * The names of which the server has several files. Some servers join the files of other servers.
   */
  private final Set<String> ambiguous = new LinkedHashSet<>();

  private final Map<ReflectionQuery, List<FileDescriptorProto>> answers = new HashMap<>();
  private final Map<ReflectionQuery, Status> failures = new LinkedHashMap<>();
  private final Set<ReflectionQuery> asked;

  /** Creates an object without answers. The caller may still add queries to {@code asked}. */
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

  /** Keeps a file. Returns whether it is the first file with its name. */
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

  /** Returns the names of the services, without leading dots, in the order of the server. */
  public List<String> services() {
    return List.copyOf(services);
  }

  /** Returns the extension numbers. */
  public List<Integer> numbers() {
    return List.copyOf(numbers);
  }

  /** Returns all files, the first of each name. */
  public Collection<FileDescriptorProto> files() {
    return files.values();
  }

  /** Returns the failures by query, including queries that the lookup added itself. */
  public Map<ReflectionQuery, Status> failures() {
    return failures;
  }

  /** Returns all queries, including queries that the lookup added itself. */
  public Set<ReflectionQuery> asked() {
    return asked;
  }

  /** Returns whether several files have one name, so that the answers cannot be combined. */
  public boolean isAmbiguous() {
    return !ambiguous.isEmpty();
  }

  /**
   * Returns the files that answer the query, with the missing imports taken from other answers:
   * some servers send an import once for each stream, others with every answer.
   *
   * @return no files if the server does not know the subject or the query failed; null if several
   *     files have a name that the answer needs, so that the query must be sent alone
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
