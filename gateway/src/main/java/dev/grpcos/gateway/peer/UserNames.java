package dev.grpcos.gateway.peer;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The names of users for messages, from {@code /etc/passwd}; other users have only a number. */
public final class UserNames {
  private static final Path PASSWD = Path.of("/etc/passwd");

  private UserNames() {}

  /** Returns the user as {@code name (uid 1)}, or {@code uid 1} if the name is unknown. */
  public static String of(int uid) {
    String number = Integer.toUnsignedString(uid);
    try (Stream<String> lines = Files.lines(PASSWD, ISO_8859_1)) {
      return lines
          .map(line -> line.split(":", 4))
          .filter(fields -> fields.length == 4 && fields[2].equals(number))
          .findFirst()
          .map(fields -> fields[0] + " (uid " + number + ")")
          .orElse("uid " + number);
    } catch (IOException | UncheckedIOException e) {
      // A message with only the number is still correct.
      return "uid " + number;
    }
  }
}
