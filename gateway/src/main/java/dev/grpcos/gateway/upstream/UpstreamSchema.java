package dev.grpcos.gateway.upstream;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import dev.grpcos.gateway.schema.DescriptorFile;
import dev.grpcos.gateway.schema.DescriptorPool;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * The services of an upstream and their descriptors.
 *
 * @param services full names
 * @param files the descriptors in protoc's form, sorted by name; a service without a descriptor can
 *     still be called
 * @param problems the gaps in the descriptors, a sentence each
 */
record UpstreamSchema(
    SortedSet<String> services, List<FileDescriptorProto> files, List<String> problems) {
  static final UpstreamSchema EMPTY = new UpstreamSchema(new TreeSet<>(), List.of(), List.of());

  /** Returns the schema with only the services that the predicate accepts. */
  UpstreamSchema only(Predicate<String> wanted) {
    SortedSet<String> kept = new TreeSet<>(services);
    kept.removeIf(wanted.negate());
    return new UpstreamSchema(kept, files, problems);
  }

  /** Repairs these files and returns their schema. */
  static UpstreamSchema of(Collection<String> services, Collection<FileDescriptorProto> files) {
    return of(services, files, List.of());
  }

  /** Repairs these files and returns their schema, with earlier problems. */
  static UpstreamSchema of(
      Collection<String> services,
      Collection<FileDescriptorProto> files,
      Collection<String> problems) {
    DescriptorPool pool = new DescriptorPool(files.stream().map(DescriptorFile::of).toList());
    List<FileDescriptorProto> sorted = new ArrayList<>(pool.repaired());
    sorted.sort(Comparator.comparing(FileDescriptorProto::getName));
    List<String> all = new ArrayList<>(problems);
    all.addAll(pool.problems());
    return new UpstreamSchema(new TreeSet<>(services), List.copyOf(sorted), List.copyOf(all));
  }
}
