package dev.grpcos.cli.schema;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import dev.grpcos.gateway.reflection.ReflectionAnswers;
import dev.grpcos.gateway.reflection.ReflectionBounds;
import dev.grpcos.gateway.reflection.ReflectionQuery;
import dev.grpcos.gateway.schema.DescriptorFile;
import dev.grpcos.gateway.schema.DescriptorPool;
import dev.grpcos.gateway.schema.FileNeeds;
import io.grpc.Status;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Files with unique names, and the queries already sent to the server to complete them. Not
 * thread-safe.
 */
final class Namespace {
  private final DescriptorPool pool;
  private final @Nullable ServerReflection reflection;
  private final Set<ReflectionQuery> asked = new HashSet<>();

  /** Files whose imports and types are present or known to be missing. */
  private final Set<String> complete = new HashSet<>();

  /**
   * Creates the namespace of these files.
   *
   * @param reflection supplies the imports and types that the files lack; null if there is none
   */
  Namespace(Collection<? extends DescriptorFile> files, @Nullable ServerReflection reflection) {
    this.pool = new DescriptorPool(files);
    this.reflection = reflection;
  }

  DescriptorPool pool() {
    return pool;
  }

  /** Adds the files of a server's answer. */
  void add(Collection<FileDescriptorProto> files, ReflectionAnswers answers) {
    pool.add(files);
    asked.addAll(answers.asked());
    for (Map.Entry<ReflectionQuery, Status> failure : answers.failures().entrySet()) {
      if (failure.getKey() instanceof ReflectionQuery.File file) {
        pool.absent(
            file.name(), "could not be fetched: " + LinkedSchema.refusal(file, failure.getValue()));
      }
    }
  }

  /** Returns the pool after all dependencies of the file have been requested. */
  DescriptorPool with(FileDescriptorProto file) {
    if (reflection != null) {
      complete(reflection, List.of(file));
    }
    return pool;
  }

  /** Requests all dependencies of the files. */
  void completeAll() {
    if (reflection != null) {
      complete(reflection, pool.table().all());
    }
  }

  private void complete(ServerReflection source, Collection<FileDescriptorProto> files) {
    Set<String> seen = new LinkedHashSet<>();
    Set<ReflectionQuery> needs = needs(files, seen);
    for (int depth = 1; !needs.isEmpty(); depth++) {
      if (depth > ReflectionBounds.DEPTH) {
        throw ServerFileQuota.exceeded(
            "its files use the types of other files more than %,d deep"
                .formatted(ReflectionBounds.DEPTH));
      }
      ReflectionAnswers answers = source.ask(needs, pool.table(), true);
      add(answers.files(), answers);
      asked.addAll(needs);
      seen.clear();
      needs = needs(files, seen);
    }
    complete.addAll(seen);
  }

  /**
   * Returns the queries for dependencies of the files and their imports that have not been sent
   * yet.
   */
  private Set<ReflectionQuery> needs(Collection<FileDescriptorProto> files, Set<String> seen) {
    Set<ReflectionQuery> needs = new LinkedHashSet<>();
    Deque<FileDescriptorProto> next = new ArrayDeque<>(files);
    while (!next.isEmpty()) {
      FileDescriptorProto file = next.remove();
      if (complete.contains(file.getName()) || !seen.add(file.getName())) {
        continue;
      }
      FileNeeds.imports(file, pool.table())
          .forEach(name -> needs.add(new ReflectionQuery.File(name)));
      for (String name : FileNeeds.allImports(file)) {
        FileDescriptorProto imported = pool.table().get(name);
        if (imported != null) {
          next.add(imported);
        }
      }
    }
    needs.removeAll(asked);
    if (needs.isEmpty()) {
      addTypes(seen, needs);
      needs.removeAll(asked);
    }
    return needs;
  }

  private void addTypes(Set<String> names, Set<ReflectionQuery> needs) {
    for (String name : names) {
      FileDescriptorProto file = pool.table().get(name);
      if (file != null) {
        FileNeeds.types(file, pool.table())
            .forEach(type -> needs.add(new ReflectionQuery.Symbol(type)));
      }
    }
  }
}
