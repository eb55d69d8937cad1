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

/**
 * What an upstream serves.
 *
 * @param services full names
 * @param files the descriptors as protoc would have written them, sorted by name; a service without
 *     a descriptor can still be called
 * @param problems what the descriptors lack, a sentence each
 */
record UpstreamSchema(
    SortedSet<String> services, List<FileDescriptorProto> files, List<String> problems) {
  static final UpstreamSchema EMPTY = new UpstreamSchema(new TreeSet<>(), List.of(), List.of());

  /** The schema of these files, once they are repaired. */
  static UpstreamSchema of(Collection<String> services, Collection<FileDescriptorProto> files) {
    return of(services, files, List.of());
  }

  /** The same, with problems that came up before. */
  static UpstreamSchema of(
      Collection<String> services,
      Collection<FileDescriptorProto> files,
      Collection<String> problems) {
    DescriptorPool pool = new DescriptorPool(files.stream().map(DescriptorFile::of).toList());
    List<FileDescriptorProto> sorted = new ArrayList<>(pool.repaired());
    sorted.sort(Comparator.comparing(FileDescriptorProto::getName));
    List<String> all = new ArrayList<>(problems);
    all.addAll(pool.lacks());
    return new UpstreamSchema(new TreeSet<>(services), List.copyOf(sorted), List.copyOf(all));
  }
}
