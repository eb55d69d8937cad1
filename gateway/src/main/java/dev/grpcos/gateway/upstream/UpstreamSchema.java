package dev.grpcos.gateway.upstream;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
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
 * @param files the descriptors; where one is missing, what needs it can't be described, but called
 */
record UpstreamSchema(SortedSet<String> services, List<FileDescriptorProto> files) {
  static final UpstreamSchema EMPTY = new UpstreamSchema(new TreeSet<>(), List.of());

  UpstreamSchema {
    files = List.copyOf(files);
  }

  static UpstreamSchema of(Collection<String> services, Collection<FileDescriptorProto> files) {
    List<FileDescriptorProto> sorted = new ArrayList<>(files);
    sorted.sort(Comparator.comparing(FileDescriptorProto::getName));
    return new UpstreamSchema(new TreeSet<>(services), sorted);
  }
}
