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
 * The descriptors that sources compile to.
 *
 * @param files the sources and all available imports, with their comments
 * @param missing imports that are in no import folder, although files use something of them
 * @param leftOut options that are left out because their definitions are missing, by file
 */
public record CompiledSources(
    List<FileDescriptorProto> files,
    SortedSet<String> missing,
    Map<String, SortedSet<String>> leftOut) {
  /** The result for no sources. */
  public static final CompiledSources NONE =
      new CompiledSources(List.of(), new TreeSet<>(), Map.of());

  public CompiledSources {
    files = List.copyOf(files);
    missing = Collections.unmodifiableSortedSet(new TreeSet<>(missing));
    leftOut = Collections.unmodifiableMap(new TreeMap<>(leftOut));
  }

  /** Returns what is left out, one line for each file. */
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
