package dev.grpcos.gateway.reflection;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Parses the files that a lookup receives, and bounds their size. Not thread-safe. */
final class AnsweredFiles {
  private final Map<ByteString, FileDescriptorProto> parsed = new HashMap<>();
  private long bytes;

  /**
   * Returns the files of an answer. The first one is the requested file, even if its name differs.
   * A file that cannot be parsed is left out.
   *
   * @throws InvalidProtocolBufferException if no file of the answer can be parsed
   * @throws ReflectionException if the files of the lookup are too large
   */
  List<FileDescriptorProto> of(ReflectionQuery query, List<ByteString> contents)
      throws InvalidProtocolBufferException, ReflectionException {
    List<FileDescriptorProto> answer = new ArrayList<>();
    @Nullable InvalidProtocolBufferException broken = null;
    for (ByteString content : contents) {
      try {
        answer.add(parse(content));
      } catch (InvalidProtocolBufferException e) {
        broken = e;
      }
    }
    if (broken != null && answer.isEmpty()) {
      throw broken;
    }
    return named(query, answer);
  }

  /** Parses a file. Many servers send files repeatedly; each is parsed and counted once. */
  private FileDescriptorProto parse(ByteString content)
      throws InvalidProtocolBufferException, ReflectionException {
    FileDescriptorProto file = parsed.get(content);
    if (file == null) {
      bytes += content.size();
      if (bytes > ReflectionBounds.BYTES) {
        throw ReflectionBounds.exceeded(
            "its descriptors are larger than " + (ReflectionBounds.BYTES >> 20) + " MiB");
      }
      file = FileDescriptorProto.parseFrom(content);
      parsed.put(content, file);
    }
    return file;
  }

  private static List<FileDescriptorProto> named(
      ReflectionQuery query, List<FileDescriptorProto> answer) {
    if (answer.isEmpty()
        || !(query instanceof ReflectionQuery.File wanted)
        || answer.stream().anyMatch(file -> file.getName().equals(wanted.name()))) {
      return answer;
    }
    List<FileDescriptorProto> result = new ArrayList<>(answer);
    result.set(0, answer.get(0).toBuilder().setName(wanted.name()).build());
    return result;
  }
}
