package dev.grpcos.gateway.schema;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Descriptors that sources compile to.
 *
 * @param files the sources and all that they import, as far as it is there, with their comments
 * @param missing imports that are in no import folder, of files that use something of them
 * @param leftOut by the file: options that are left out because their definitions are missing
 */
public record CompiledSources(
    List<FileDescriptorProto> files,
    SortedSet<String> missing,
    Map<String, SortedSet<String>> leftOut) {
  /** Nothing, of no sources. */
  public static final CompiledSources NONE =
      new CompiledSources(List.of(), new TreeSet<>(), Map.of());

  public CompiledSources {
    files = List.copyOf(files);
    missing = Collections.unmodifiableSortedSet(new TreeSet<>(missing));
    leftOut = Collections.unmodifiableMap(new TreeMap<>(leftOut));
  }

  /** What is left out, a line for each file. */
  public List<String> notes() {
    List<String> notes = new ArrayList<>();
    leftOut.forEach(
        (file, options) ->
            notes.add(
                "%s: left out options whose definitions are missing: %s"
                    .formatted(file, String.join(", ", options))));
    return notes;
  }
}
