package dev.grpcos.cli.command;

import dev.grpcos.cli.failure.CliException;
import dev.grpcos.cli.invocation.Invocation;
import dev.grpcos.gateway.schema.SchemaException;
import dev.grpcos.gateway.schema.TemporaryFolder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Copies sources that are not regular files, such as {@code <(…)}, because the compiler reads only
 * files.
 */
final class PipedSources implements AutoCloseable {
  private static final int MAX_BYTES = 16 * 1024 * 1024;

  private final Invocation invocation;
  private final List<Path> copies = new ArrayList<>();
  private @Nullable Path folder;

  PipedSources(Invocation invocation) {
    this.invocation = invocation;
  }

  /**
   * Returns the sources, with copies in place of those that are not files.
   *
   * @throws CliException FAILURE if a source cannot be read or copied
   */
  List<String> files(List<String> sources) {
    List<String> files = new ArrayList<>();
    for (String source : sources) {
      Path path = invocation.workingDirectory().resolve(source).normalize();
      // /dev contains descriptors of this process, which the compiler does not inherit.
      boolean piped =
          path.startsWith("/dev")
              || (Files.exists(path) && !Files.isRegularFile(path) && !Files.isDirectory(path));
      files.add(piped ? copy(source).toString() : source);
    }
    return files;
  }

  private Path copy(String source) {
    byte[] content = content(source);
    try {
      if (folder == null) {
        folder = TemporaryFolder.create("grpcos-proto-");
      }
      Path copy = folder.resolve("source-" + (copies.size() + 1) + ".proto");
      copies.add(copy);
      return write(copy, content);
    } catch (SchemaException e) {
      throw CliException.failure(e, "%s", e.getMessage());
    }
  }

  private static Path write(Path copy, byte[] content) throws SchemaException {
    try {
      return Files.write(copy, content);
    } catch (IOException e) {
      throw TemporaryFolder.failure(e);
    }
  }

  private byte[] content(String source) {
    try (InputStream in = invocation.open(source)) {
      byte[] content = in.readNBytes(MAX_BYTES + 1);
      if (content.length > MAX_BYTES) {
        throw CliException.usage("--proto %s is longer than %d MiB", source, MAX_BYTES >> 20);
      }
      return content;
    } catch (IOException e) {
      throw CliException.failure(e, "--proto %s cannot be read: %s", source, e.getMessage());
    }
  }

  @Override
  public void close() {
    try {
      for (Path copy : copies) {
        Files.deleteIfExists(copy);
      }
      if (folder != null) {
        Files.delete(folder);
      }
    } catch (IOException e) {
      throw CliException.failure(e, "cannot delete copies of --proto: %s", e.getMessage());
    }
  }
}
