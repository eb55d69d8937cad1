package dev.grpcos.cli.schema;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import dev.grpcos.cli.failure.CallFailedException;
import dev.grpcos.gateway.reflection.ReflectionBounds;
import io.grpc.Status;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/**
 * The number and size of the files that a server has sent for one schema. Each lookup has limits,
 * but a server could require any number of lookups. Safe for use by any thread.
 */
final class ServerFileQuota {
  /** A file, which many servers send with several answers. */
  private record ReceivedFile(String name, int size) {}

  private final int mostFiles;
  private final long mostBytes;
  private final Set<ReceivedFile> files = new HashSet<>();
  private long bytes;

  ServerFileQuota() {
    this(ReflectionBounds.FILES, ReflectionBounds.BYTES);
  }

  ServerFileQuota(int mostFiles, long mostBytes) {
    this.mostFiles = mostFiles;
    this.mostBytes = mostBytes;
  }

  /**
   * Counts the files of an answer.
   *
   * @throws CallFailedException RESOURCE_EXHAUSTED if there are too many
   */
  synchronized void add(Collection<FileDescriptorProto> answer) {
    for (FileDescriptorProto file : answer) {
      if (files.add(new ReceivedFile(file.getName(), file.getSerializedSize()))) {
        bytes += file.getSerializedSize();
      }
    }
    if (files.size() > mostFiles) {
      throw exceeded("it has more than %,d proto files".formatted(mostFiles));
    }
    if (bytes > mostBytes) {
      throw exceeded("its descriptors are larger than %d MiB".formatted(mostBytes >> 20));
    }
  }

  static CallFailedException exceeded(String what) {
    return new CallFailedException(
        Status.RESOURCE_EXHAUSTED.withDescription("server reflection: " + what),
        null,
        "server reflection",
        ServerReflection.REMEDY);
  }
}
