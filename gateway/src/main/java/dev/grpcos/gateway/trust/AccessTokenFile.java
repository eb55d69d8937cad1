package dev.grpcos.gateway.trust;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/** A file with the token that clients of the gateway must send. */
public final class AccessTokenFile {
  /** The fewest characters of a token, so that it cannot be guessed. */
  public static final int LEAST = 16;

  private static final int MOST = 4096;
  private static final int ACCESSIBLE_TO_OTHERS = 0007;
  private static final String REMEDY = "create one: (umask 077; openssl rand -hex 32 > %s)";

  private AccessTokenFile() {}

  /**
   * Returns the token, without the white space around it.
   *
   * @param file an absolute path
   * @param self the gateway's own user
   * @throws IOException if there is no token, or other users could read or change it; the message
   *     is one line with the remedy
   */
  public static byte[] read(Path file, int self) throws IOException {
    String token;
    try {
      token = content(file, self);
    } catch (NoSuchFileException e) {
      throw new IOException(file + " does not exist; " + REMEDY.formatted(file), e);
    } catch (AccessDeniedException e) {
      throw new IOException(file + " cannot be read by the gateway's user; chown or chmod it", e);
    }
    if (token.length() < LEAST) {
      throw new IOException(
          "%s has %d characters, but a token has at least %d; %s"
              .formatted(file, token.length(), LEAST, REMEDY.formatted(file)));
    }
    if (token.length() > MOST || !token.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
      throw new IOException(
          "%s has more than one line of at most %d visible ASCII characters; %s"
              .formatted(file, MOST, REMEDY.formatted(file)));
    }
    return token.getBytes(ISO_8859_1);
  }

  private static String content(Path file, int self) throws IOException {
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw new IOException(file + " is not a file; give the path of a file");
    }
    int mode = (Integer) Objects.requireNonNull(Files.getAttribute(file, "unix:mode"), "mode");
    if ((mode & ACCESSIBLE_TO_OTHERS) != 0) {
      throw new IOException("%1$s is accessible to all users; chmod o= %1$s".formatted(file));
    }
    Optional<String> distrust = TrustedFile.distrust(file, self);
    if (distrust.isPresent()) {
      throw new IOException(distrust.get());
    }
    try (InputStream in = Files.newInputStream(file)) {
      return new String(in.readNBytes(MOST + 2), ISO_8859_1).strip();
    }
  }
}
