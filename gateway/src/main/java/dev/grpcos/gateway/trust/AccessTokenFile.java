package dev.grpcos.gateway.trust;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.grpcos.gateway.text.ShellText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A file with the token that clients of the gateway must send. */
public final class AccessTokenFile {
  /** The fewest characters of a token, so that it cannot be guessed. */
  public static final int LEAST = 16;

  private static final int MOST = 4096;
  private static final int ACCESSIBLE_TO_OTHERS = 0007;

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
      throw new IOException(file + " does not exist; " + remedy(file), e);
    } catch (AccessDeniedException e) {
      throw new IOException(file + " cannot be read by the gateway's user; chown or chmod it", e);
    }
    String problem = problem(token);
    if (problem != null) {
      throw new IOException("%s %s; %s".formatted(file, problem, remedy(file)));
    }
    return token.getBytes(ISO_8859_1);
  }

  /** Returns why the text is not a token, or null if it is one. */
  private static @Nullable String problem(String token) {
    if (token.length() < LEAST) {
      return "has %d characters, but a token has at least %d".formatted(token.length(), LEAST);
    }
    if (token.length() > MOST) {
      return "has more than %d characters".formatted(MOST);
    }
    if (token.indexOf('\n') >= 0 || token.indexOf('\r') >= 0) {
      return "has more than one line, but a token is one line";
    }
    return token.chars().allMatch(c -> c > ' ' && c < 0x7f)
        ? null
        : "has a character that is not visible ASCII, such as a space, within the token";
  }

  private static String remedy(Path file) {
    return "create one: (umask 077; openssl rand -hex 32 > %s)".formatted(shellWord(file));
  }

  private static String shellWord(Path file) {
    return ShellText.word(file.toString());
  }

  private static String content(Path file, int self) throws IOException {
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw new IOException(file + " is not a file; give the path of a file");
    }
    int mode = (Integer) Objects.requireNonNull(Files.getAttribute(file, "unix:mode"), "mode");
    if ((mode & ACCESSIBLE_TO_OTHERS) != 0) {
      throw new IOException(
          "%s is accessible to all users; chmod o= %s".formatted(file, shellWord(file)));
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
