package dev.grpcos.gateway.schema;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import dev.grpcos.gateway.config.SchemaConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads the descriptors that a configuration names, and compiles its sources.
 *
 * @param protoc compiles; without it, sources can't be had
 */
public record SchemaLoader(Optional<Protoc> protoc) {
  private static final long MOST_BYTES = 64L << 20;

  /**
   * The files of the schema, with their imports; sets before sources. It takes as long as the
   * compiler does.
   *
   * @throws SchemaException if one can't be read, or does not compile
   */
  public List<FileDescriptorProto> load(SchemaConfig schema) throws SchemaException {
    List<FileDescriptorProto> files = new ArrayList<>();
    for (Path protoset : schema.protoset()) {
      files.addAll(read(protoset).getFileList());
    }
    if (!schema.proto().isEmpty()) {
      if (protoc.isEmpty()) {
        throw new SchemaException(
            "%s can't be compiled: this installation lacks lib/protoc; give a protoset"
                .formatted(schema.proto()));
      }
      files.addAll(protoc.get().compile(schema.protoPath(), schema.proto()));
    }
    return files;
  }

  private static FileDescriptorSet read(Path protoset) throws SchemaException {
    try {
      if (Files.size(protoset) > MOST_BYTES) {
        throw new SchemaException(
            "protoset %s is larger than %d MiB".formatted(protoset, MOST_BYTES >> 20));
      }
      return FileDescriptorSet.parseFrom(Files.readAllBytes(protoset));
    } catch (IOException e) {
      throw new SchemaException("protoset " + protoset + " can't be read: " + e, e);
    }
  }
}
