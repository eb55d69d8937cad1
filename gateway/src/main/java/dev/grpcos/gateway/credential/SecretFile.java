package dev.grpcos.gateway.credential;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A secret in a file that is checked for changes every second. */
final class SecretFile implements SecretReader {
  private static final Duration CHECK = Duration.ofSeconds(1);

  private final Path path;
  private final SecretKind kind;
  private @Nullable FileStamp read;

  SecretFile(Path path, SecretKind kind) {
    this.path = path;
    this.kind = kind;
  }

  @Override
  public SecretText read(@Nullable SecretText last) throws IOException {
    String name = kind.noun() + " file " + path;
    FileStamp stamp;
    try {
      stamp = FileStamp.of(path);
      if (last != null && stamp.equals(read)) {
        return last;
      }
      SecretText text;
      try (InputStream in = Files.newInputStream(path)) {
        text = SecretText.parse(in.readNBytes(SecretText.MOST_BYTES + 1), kind, name);
      }
      read = stamp;
      // A token is sent even after its expiry: the program that writes the file is responsible for
      // it.
      return text.withoutExpiry();
    } catch (NoSuchFileException e) {
      throw new IOException(name + " does not exist", e);
    }
  }

  @Override
  public Duration readAgain(SecretText text, Instant now) {
    return CHECK;
  }
}
