package dev.grpcos.cli.call;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.grpcos.cli.failure.CliException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A file to edit, in a folder of its own. Both are for the caller alone. */
final class EditedFile {
  /** So that every later write changes the time, whatever the resolution of the file system. */
  private static final int AGE_SECONDS = 10;

  /** Leaves room for what editors add to the names of their own files. */
  private static final int MAX_NAME = 200;

  private final Path folder;
  private final Path file;
  private final FileState written;

  /** The attributes that change when an editor writes the file, or replaces it by another one. */
  private record FileState(FileTime modified, @Nullable Object key, long size) {
    static FileState of(Path file) throws IOException {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      return new FileState(attributes.lastModifiedTime(), attributes.fileKey(), attributes.size());
    }
  }

  private EditedFile(Path folder, String name, String text) throws IOException {
    this.folder = folder;
    this.file = folder.resolve(name);
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(file, text);
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(AGE_SECONDS)));
    this.written = FileState.of(file);
  }

  /**
   * Creates a file.
   *
   * @param place the folder for its folder
   * @param name its name, whose end is used if it is too long
   * @throws CliException FAILURE if it cannot be created
   */
  static EditedFile create(Path place, String name, String text) {
    try {
      Path folder =
          Files.createTempDirectory(
              place,
              "grpcos-edit-",
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      try {
        return new EditedFile(folder, name.substring(Math.max(0, name.length() - MAX_NAME)), text);
      } catch (IOException e) {
        remove(folder);
        throw e;
      }
    } catch (IOException e) {
      throw CliException.failure(
          e, "--edit: no file can be created in %s: %s; set TMPDIR", place, e.getMessage());
    }
  }

  Path path() {
    return file;
  }

  /** Returns whether the file was written since it was created. */
  boolean isSaved() throws IOException {
    return !Objects.equals(written, FileState.of(file));
  }

  /**
   * Returns the text.
   *
   * @param maxBytes the maximum size of the file
   * @throws IOException if it is larger, or cannot be read
   */
  String read(int maxBytes) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(maxBytes);
      if (in.read() >= 0) {
        throw new IOException("more than %d bytes".formatted(maxBytes));
      }
      return new String(bytes, UTF_8);
    }
  }

  /**
   * Removes the file unless it, or another file of the editor, such as a swap file, may have text
   * that the user wrote.
   *
   * @return the file, or the folder of the other files; null if they were removed
   */
  @Nullable Path keepText() {
    if (hasText()) {
      return file;
    }
    try (Stream<Path> files = Files.list(folder)) {
      if (files.anyMatch(each -> !each.equals(file))) {
        return folder;
      }
    } catch (IOException e) {
      return Files.exists(folder) ? folder : null;
    }
    remove();
    return null;
  }

  private boolean hasText() {
    try {
      return isSaved();
    } catch (IOException e) {
      return false; // an editor may have moved it to another file
    }
  }

  /** Removes the file and all others in its folder. */
  void remove() {
    remove(folder);
  }

  private static void remove(Path folder) {
    try {
      Files.walkFileTree(
          folder,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path each, BasicFileAttributes unused)
                throws IOException {
              Files.delete(each);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path each, @Nullable IOException unused)
                throws IOException {
              Files.delete(each);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      return; // an editor may still write into it; only the caller can read it
    }
  }
}
