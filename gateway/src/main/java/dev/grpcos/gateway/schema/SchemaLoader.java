package dev.grpcos.gateway.schema;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads descriptor sets and compiles sources.
 *
 * @param protoc the compiler; without it sources cannot be compiled
 */
public record SchemaLoader(Optional<Protoc> protoc) {
  /**
   * Returns the files of the sets, then those of the sources with their imports. Blocks until the
   * compiler ends.
   *
   * @param protosets paths of descriptor sets
   * @throws SchemaException if a set cannot be read, or the sources do not compile
   */
  public CompiledSources load(List<Path> protosets, NamedSources sources) throws SchemaException {
    List<FileDescriptorProto> files = new ArrayList<>();
    for (Path protoset : protosets) {
      files.addAll(read(protoset, sources.words().protoset() + " " + protoset));
    }
    CompiledSources compiled = compile(sources);
    files.addAll(compiled.files());
    return new CompiledSources(files, compiled.missing(), compiled.leftOut());
  }

  /**
   * Returns the files of the sources, with their imports.
   *
   * @throws SchemaException if a source is not found, or does not compile
   */
  public CompiledSources compile(NamedSources sources) throws SchemaException {
    if (sources.sources().isEmpty()) {
      return CompiledSources.NONE;
    }
    if (protoc.isEmpty()) {
      throw new SchemaException(
          "%s %s: this installation lacks the compiler, lib/protoc; install all of grpcos, or give"
                  .formatted(sources.words().source(), String.join(", ", sources.sources()))
              + " descriptors with "
              + sources.words().protoset());
    }
    return sources.compile(protoc.get());
  }

  private static List<FileDescriptorProto> read(Path protoset, String subject)
      throws SchemaException {
    try (InputStream in = Files.newInputStream(protoset)) {
      return DescriptorSet.read(in, subject).stream().map(DescriptorFile::proto).toList();
    } catch (BrokenFileException e) {
      throw new SchemaException(subject + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw new SchemaException(subject + ": cannot be read: " + e, e);
    }
  }
}
