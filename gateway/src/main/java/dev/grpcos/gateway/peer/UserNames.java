package dev.grpcos.gateway.peer;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/**
 * The names of users for messages, from {@code /etc/passwd}; other users have only a number. A name
 * is kept for a few seconds, because event loops ask for it. Safe for use by any thread.
 */
public final class UserNames {
  static final Duration KEPT = Duration.ofSeconds(10);

  /** The number of names that are kept; another one replaces all. */
  static final int MOST_KEPT = 256;

  private static final UserNames SYSTEM = new UserNames(Path.of("/etc/passwd"), System::nanoTime);

  private final Path file;
  private final LongSupplier clock;
  private final Map<Integer, Known> known = new ConcurrentHashMap<>();

  private record Known(String text, long nanos) {}

  /**
   * @param clock returns the time in nanoseconds
   */
  UserNames(Path file, LongSupplier clock) {
    this.file = file;
    this.clock = clock;
  }

  /** Returns the user as {@code name (uid 1)}, or {@code uid 1} if the name is unknown. */
  public static String of(int uid) {
    return SYSTEM.text(uid);
  }

  /** Returns the name of the user, or an empty text if it is unknown. */
  public static String nameOf(int uid) {
    String text = of(uid);
    int end = text.indexOf(" (uid ");
    return end < 0 ? "" : text.substring(0, end);
  }

  String text(int uid) {
    long now = clock.getAsLong();
    Known kept = known.get(uid);
    if (kept == null || now - kept.nanos() >= KEPT.toNanos()) {
      kept = new Known(read(Integer.toUnsignedString(uid)), now);
      if (known.size() >= MOST_KEPT) {
        known.clear();
      }
      known.put(uid, kept);
    }
    return kept.text();
  }

  private String read(String number) {
    try (Stream<String> lines = Files.lines(file, ISO_8859_1)) {
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
