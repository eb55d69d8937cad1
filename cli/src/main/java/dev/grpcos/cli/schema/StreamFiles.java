package dev.grpcos.cli.schema;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The files that the answers to several questions brought. Servers send an import once a stream, or
 * with every answer again: it is read once, and given to each answer that needs it. Not
 * thread-safe.
 */
final class StreamFiles {
  private final Map<ByteString, FileDescriptorProto> read = new HashMap<>();
  private final Map<String, FileDescriptorProto> sent = new HashMap<>();

  /** Names that files of different servers behind a gateway have in common. */
  private final Set<String> ambiguous = new HashSet<>();

  FileDescriptorProto read(ByteString bytes) throws InvalidProtocolBufferException {
    FileDescriptorProto known = read.get(bytes);
    if (known == null) {
      known = FileDescriptorProto.parseFrom(bytes);
      read.put(bytes, known);
    }
    return known;
  }

  /**
   * The answer with those of its imports that came with earlier ones.
   *
   * @return null where it can't be told which file of a name it means
   */
  @Nullable List<FileDescriptorProto> complete(List<FileDescriptorProto> answer) {
    Map<String, FileDescriptorProto> whole = new LinkedHashMap<>();
    for (FileDescriptorProto file : answer) {
      whole.putIfAbsent(file.getName(), file);
      FileDescriptorProto before = sent.putIfAbsent(file.getName(), file);
      if (before != null && !before.equals(file)) {
        ambiguous.add(file.getName());
      }
    }
    Deque<FileDescriptorProto> importers = new ArrayDeque<>(whole.values());
    while (!importers.isEmpty()) {
      for (String name : importers.remove().getDependencyList()) {
        FileDescriptorProto imported = whole.containsKey(name) ? null : sent.get(name);
        if (imported != null) {
          if (ambiguous.contains(name)) {
            return null;
          }
          whole.put(name, imported);
          importers.add(imported);
        }
      }
    }
    return List.copyOf(whole.values());
  }
}
