package dev.grpcos.gateway.schema;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The protobuf compiler, for sources that are only known at run time.
 *
 * @param program the compiler
 * @param include where {@code google/protobuf} and the like are found; the caller's folders go
 *     first
 */
public record Protoc(Path program, Path include) {
  /** For how long a compilation may go on. */
  private static final Duration TIME = Duration.ofSeconds(60);

  /** How much of what the compiler says is told. */
  private static final int MOST_SAID = 8 * 1024;

  /**
   * Compiles sources to descriptors with their comments and all that they import.
   *
   * @param sources by their names in {@code folders}, or by their paths below one of these
   * @throws SchemaException if they don't compile; the message is the compiler's, a line a problem
   */
  public List<FileDescriptorProto> compile(List<Path> folders, List<String> sources)
      throws SchemaException {
    try {
      Path folder = Files.createTempDirectory("grpcos-protoc-");
      Path output = folder.resolve("descriptors");
      Path said = folder.resolve("said");
      try {
        return compile(command(folders, sources, output), output, said);
      } finally {
        Files.deleteIfExists(output);
        Files.deleteIfExists(said);
        Files.delete(folder);
      }
    } catch (IOException e) {
      throw new SchemaException("%s can't be run: %s".formatted(program, e.getMessage()), e);
    }
  }

  private List<String> command(List<Path> folders, List<String> sources, Path output) {
    List<String> command = new ArrayList<>(List.of(program.toString()));
    folders.forEach(folder -> command.add("--proto_path=" + folder));
    command.add("--proto_path=" + include);
    command.addAll(List.of("--include_imports", "--include_source_info", "--retain_options"));
    command.add("--descriptor_set_out=" + output);
    // one that is named like an option is still a file
    sources.forEach(source -> command.add(source.startsWith("-") ? "./" + source : source));
    return command;
  }

  private static List<FileDescriptorProto> compile(List<String> command, Path output, Path said)
      throws IOException, SchemaException {
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(said.toFile())
            .start();
    try {
      if (!process.waitFor(TIME.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new SchemaException("compiling took longer than %d s".formatted(TIME.toSeconds()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SchemaException("interrupted", e);
    } finally {
      process.destroyForcibly();
    }
    if (process.exitValue() != 0) {
      try (InputStream text = Files.newInputStream(said)) {
        throw new SchemaException(new String(text.readNBytes(MOST_SAID), UTF_8).strip());
      }
    }
    return FileDescriptorSet.parseFrom(Files.readAllBytes(output)).getFileList();
  }
}
