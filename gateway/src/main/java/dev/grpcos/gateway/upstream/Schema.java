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
record Schema(SortedSet<String> services, List<FileDescriptorProto> files) {
  static final Schema EMPTY = new Schema(new TreeSet<>(), List.of());

  Schema {
    files = List.copyOf(files);
  }

  static Schema of(Collection<String> services, Collection<FileDescriptorProto> files) {
    List<FileDescriptorProto> sorted = new ArrayList<>(files);
    sorted.sort(Comparator.comparing(FileDescriptorProto::getName));
    return new Schema(new TreeSet<>(services), sorted);
  }
}
