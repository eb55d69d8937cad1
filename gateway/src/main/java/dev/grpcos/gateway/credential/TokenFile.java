package dev.grpcos.gateway.credential;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A token in a file that is checked for changes every second. */
final class TokenFile implements TokenSource {
  private static final Duration CHECK = Duration.ofSeconds(1);

  private final Path path;
  private @Nullable FileStamp read;

  TokenFile(Path path) {
    this.path = path;
  }

  @Override
  public Token read(@Nullable Token last) throws IOException {
    FileStamp stamp;
    try {
      stamp = FileStamp.of(path);
      if (last != null && stamp.equals(read)) {
        return last;
      }
      Token token;
      try (InputStream in = Files.newInputStream(path)) {
        token = Token.parse(in.readNBytes(Token.MOST_BYTES), "token file " + path);
      }
      read = stamp;
      // The token is sent even after its expiry: the program that writes the file is responsible
      // for it.
      return new Token(token.value(), null);
    } catch (NoSuchFileException e) {
      throw new IOException("token file " + path + " does not exist", e);
    }
  }

  @Override
  public Duration readAgain(Token token, Instant now) {
    return CHECK;
  }
}
