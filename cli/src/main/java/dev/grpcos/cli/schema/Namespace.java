package dev.grpcos.cli.schema;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import dev.grpcos.gateway.reflection.ReflectionAnswers;
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
 * Files of which no two have one name, and what the server was asked for to complete them. Not
 * thread-safe.
 */
final class Namespace {
  private final DescriptorPool pool;
  private final @Nullable ServerReflection reflection;
  private final Set<ReflectionQuery> asked = new HashSet<>();

  /** Files whose imports and types are here, or missing for good. */
  private final Set<String> complete = new HashSet<>();

  /**
   * The namespace of these files.
   *
   * @param reflection has what they lack; null if there is none
   */
  Namespace(Collection<? extends DescriptorFile> files, @Nullable ServerReflection reflection) {
    this.pool = new DescriptorPool(files);
    this.reflection = reflection;
  }

  DescriptorPool pool() {
    return pool;
  }

  /** Adds what a server answered. */
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

  /** The pool, once everything that the file needs has been asked for. */
  DescriptorPool with(FileDescriptorProto file) {
    if (reflection != null) {
      complete(reflection, List.of(file));
    }
    return pool;
  }

  /** Asks for everything that the files here need. */
  void completeAll() {
    if (reflection != null) {
      complete(reflection, pool.table().all());
    }
  }

  private void complete(ServerReflection source, Collection<FileDescriptorProto> files) {
    Set<String> seen = new LinkedHashSet<>();
    Set<ReflectionQuery> needs = needs(files, seen);
    while (!needs.isEmpty()) {
      ReflectionAnswers answers = source.ask(needs, pool.table(), true);
      add(answers.files(), answers);
      asked.addAll(needs);
      seen.clear();
      needs = needs(files, seen);
    }
    complete.addAll(seen);
  }

  /** What the files and their imports need and was not asked for yet. */
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
