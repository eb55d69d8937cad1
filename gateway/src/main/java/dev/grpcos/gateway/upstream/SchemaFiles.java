package dev.grpcos.gateway.upstream;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.grpcos.gateway.schema.SchemaException;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The files of one schema, as they are collected: bounded, because an upstream may send anything.
 *
 * <p>Not thread-safe.
 */
final class SchemaFiles {
  /** For how long one fetch may go on. */
  static final Duration TIME = Duration.ofSeconds(30);

  static final int MOST_SERVICES = 10_000;
  static final int MOST_FILES = 10_000;
  static final long MOST_BYTES = 64L << 20;

  private final Map<String, FileDescriptorProto> files = new LinkedHashMap<>();
  private long bytes;

  /**
   * Adds a file, unless one of its name is here.
   *
   * @return the file
   * @throws SchemaException if it is none, or there are too many
   */
  FileDescriptorProto add(ByteString content) throws SchemaException {
    bytes += content.size();
    if (bytes > MOST_BYTES) {
      throw new SchemaException("its descriptors are larger than " + (MOST_BYTES >> 20) + " MiB");
    }
    FileDescriptorProto file;
    try {
      file = FileDescriptorProto.parseFrom(content);
    } catch (InvalidProtocolBufferException e) {
      throw new SchemaException("what it sent as a file descriptor is none: " + e.getMessage(), e);
    }
    add(file);
    return file;
  }

  void add(FileDescriptorProto file) throws SchemaException {
    if (files.putIfAbsent(file.getName(), file) == null && files.size() > MOST_FILES) {
      throw new SchemaException("it has more than %,d proto files".formatted(MOST_FILES));
    }
  }

  boolean has(String name) {
    return files.containsKey(name);
  }

  Collection<FileDescriptorProto> all() {
    return files.values();
  }
}
