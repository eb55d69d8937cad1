package dev.grpcos.gateway.schema;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** The folder for temporary files, which a process gets from {@code TMPDIR} when it starts. */
public final class TemporaryFolder {
  private static final Path FOLDER = Path.of(System.getProperty("java.io.tmpdir"));

  private TemporaryFolder() {}

  /**
   * Creates a folder in it that only this user can read.
   *
   * @throws SchemaException if it cannot be created
   */
  public static Path create(String prefix) throws SchemaException {
    return create(FOLDER, prefix);
  }

  static Path create(Path parent, String prefix) throws SchemaException {
    try {
      return Files.createTempDirectory(parent, prefix);
    } catch (IOException e) {
      throw failure(parent, e);
    }
  }

  /** Returns the error for a file in it that cannot be written. */
  public static SchemaException failure(IOException cause) {
    return failure(FOLDER, cause);
  }

  private static SchemaException failure(Path folder, IOException cause) {
    return new SchemaException(
        "temporary folder %s: cannot be written: %s; make it writable, or set TMPDIR to another folder"
            .formatted(folder, reason(cause)),
        cause);
  }

  private static String reason(IOException cause) {
    if (cause instanceof NoSuchFileException) {
      return "No such file or directory";
    }
    if (cause instanceof AccessDeniedException) {
      return "Permission denied";
    }
    return cause instanceof FileSystemException failure && failure.getReason() != null
        ? failure.getReason()
        : String.valueOf(cause.getMessage());
  }
}
