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
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The protobuf compiler, for sources that are only known at run time.
 *
 * @param program the path of the compiler
 * @param include the folder of {@code google/protobuf} and other common files; the caller's folders
 *     take precedence
 */
public record Protoc(Path program, Path include) {
  /** The maximum time of one run. */
  private static final Duration TIME = Duration.ofSeconds(60);

  private static final int MOST_OUTPUT = 4 * 1024 * 1024;

  /**
   * Compiles sources to descriptors with comments and all imports.
   *
   * @param folders absolute import folders
   * @param sources names of files in {@code folders}; the first folder that contains the file is
   *     used
   * @throws CompilationException if the sources do not compile
   * @throws SchemaException if the compiler cannot be run, or no temporary file can be written
   */
  public List<FileDescriptorProto> compile(List<Path> folders, List<String> sources)
      throws SchemaException {
    try {
      Path folder = TemporaryFolder.create("grpcos-protoc-");
      Path output = folder.resolve("descriptors");
      Path messages = folder.resolve("messages");
      List<Path> links = new ArrayList<>();
      try {
        List<Path> named = new ArrayList<>();
        for (Path each : folders) {
          named.add(nameable(each, folder, links));
        }
        return run(named, sources, output, messages);
      } finally {
        for (Path file : links) {
          Files.deleteIfExists(file);
        }
        Files.deleteIfExists(output);
        Files.deleteIfExists(messages);
        Files.delete(folder);
      }
    } catch (IOException e) {
      throw new SchemaException("%s cannot be run: %s".formatted(program, e.getMessage()), e);
    }
  }

  /** Returns the file with this name in the folders or among the includes, or null. */
  @Nullable Path find(List<Path> folders, String name) {
    return Stream.concat(folders.stream(), Stream.of(include))
        .map(folder -> folder.resolve(name))
        .filter(Files::isRegularFile)
        .findFirst()
        .orElse(null);
  }

  /**
   * Returns the folder, or a link to it if its name contains a colon, which separates folders in
   * the compiler's options.
   */
  private static Path nameable(Path folder, Path links, List<Path> made) throws IOException {
    if (folder.toString().indexOf(':') < 0) {
      return folder;
    }
    Path link = links.resolve("folder-" + made.size());
    made.add(link);
    return Files.createSymbolicLink(link, folder);
  }

  private List<String> command(List<Path> folders, List<String> sources, Path output) {
    List<String> command = new ArrayList<>(List.of(program.toString()));
    folders.forEach(folder -> command.add("--proto_path=" + folder));
    command.add("--proto_path=" + include);
    command.addAll(List.of("--include_imports", "--include_source_info", "--retain_options"));
    command.add("--descriptor_set_out=" + output);
    for (String source : sources) {
      // With absolute paths, the compiler takes no name for an option or a file of options.
      Path folder =
          folders.stream()
              .filter(each -> Files.exists(each.resolve(source)))
              .findFirst()
              .orElse(folders.get(0));
      command.add(folder.resolve(source).normalize().toString());
    }
    return command;
  }

  private List<FileDescriptorProto> run(
      List<Path> folders, List<String> sources, Path output, Path messages)
      throws IOException, SchemaException {
    Process process =
        new ProcessBuilder(command(folders, sources, output))
            .redirectErrorStream(true)
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(messages.toFile())
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
      try (InputStream text = Files.newInputStream(messages)) {
        String words = new String(text.readNBytes(MOST_OUTPUT), UTF_8).strip();
        requireWritten(output, words);
        // The caller knows files by their names in the folders.
        for (Path folder : folders) {
          words = words.replace(folder + "/", "");
        }
        throw new CompilationException(
            words
                .lines()
                .filter(line -> !line.contains(": warning: "))
                .collect(Collectors.joining("\n")));
      }
    }
    return FileDescriptorSet.parseFrom(Files.readAllBytes(output)).getFileList();
  }

  /** Throws an error if the compiler's messages report that it could not write its output. */
  private static void requireWritten(Path output, String messages) throws SchemaException {
    String start = output + ": ";
    Optional<String> line = messages.lines().filter(each -> each.startsWith(start)).findFirst();
    if (line.isPresent()) {
      throw TemporaryFolder.failure(new IOException(line.get().substring(start.length())));
    }
  }
}
