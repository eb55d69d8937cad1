package dev.grpcos.gateway.peer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Names of users for messages, from {@code /etc/passwd}; users known elsewhere are numbers. */
public final class UserNames {
  private static final Path PASSWD = Path.of("/etc/passwd");

  private UserNames() {}

  /** The user as {@code name (uid 1)}, or {@code uid 1} where the name is not known. */
  public static String of(int uid) {
    String number = Integer.toUnsignedString(uid);
    try (Stream<String> lines = Files.lines(PASSWD, java.nio.charset.StandardCharsets.ISO_8859_1)) {
      return lines
          .map(line -> line.split(":", 4))
          .filter(fields -> fields.length == 4 && fields[2].equals(number))
          .findFirst()
          .map(fields -> fields[0] + " (uid " + number + ")")
          .orElse("uid " + number);
    } catch (IOException | java.io.UncheckedIOException e) {
      // A message with the number alone is still right.
      return "uid " + number;
    }
  }
}
