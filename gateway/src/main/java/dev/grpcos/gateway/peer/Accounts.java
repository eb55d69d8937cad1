package dev.grpcos.gateway.peer;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Looks up users and groups by name or number, in {@code /etc/passwd} and {@code /etc/group}, and
 * then with {@code getent}, which also knows other sources such as a directory service.
 *
 * <p>A lookup may wait for {@code getent} for up to {@link #PATIENCE}, so it is for configuration,
 * not for calls.
 *
 * @see <a href="https://man7.org/linux/man-pages/man1/getent.1.html">getent(1)</a>
 */
public final class Accounts {
  private static final System.Logger LOG = System.getLogger("dev.grpcos.gateway.peer");
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final int MAX_ANSWER = 1 << 20;

  /** The largest number of a user or group. The kernel interprets -1 as "no change". */
  private static final long MOST = 0xffff_fffeL;

  private Accounts() {}

  /** Returns the number of the user with this name or number; empty if there is no such name. */
  public static OptionalInt uid(String nameOrNumber) {
    OptionalInt number = number(nameOrNumber);
    return number.isPresent() ? number : numberOf("passwd", nameOrNumber);
  }

  /** Returns the number of the group with this name or number; empty if there is no such name. */
  public static OptionalInt gid(String nameOrNumber) {
    OptionalInt number = number(nameOrNumber);
    return number.isPresent() ? number : numberOf("group", nameOrNumber);
  }

  /** Returns the user with this name or number; empty if the system does not know it. */
  public static Optional<Account> user(String nameOrNumber) {
    return entry("passwd", nameOrNumber)
        .flatMap(
            fields -> {
              OptionalInt uid = number(fields[2]);
              OptionalInt gid = fields.length > 3 ? number(fields[3]) : OptionalInt.empty();
              return uid.isPresent() && gid.isPresent()
                  ? Optional.of(new Account(fields[0], uid.getAsInt(), gid.getAsInt()))
                  : Optional.empty();
            });
  }

  /** Returns the supplementary groups of a user. */
  public static List<Integer> groups(Account account) {
    Set<Integer> groups = new LinkedHashSet<>();
    try (Stream<String> lines = Files.lines(Path.of("/etc/group"), ISO_8859_1)) {
      lines
          .map(line -> line.split(":", -1))
          .filter(fields -> fields.length > 3)
          .filter(fields -> List.of(fields[3].split(",", -1)).contains(account.name()))
          .forEach(fields -> number(fields[2]).ifPresent(groups::add));
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, "/etc/group cannot be read", e);
    }
    for (String line : getent("initgroups", account.name())) {
      for (String group : line.strip().split("\\s+", -1)) {
        number(group).ifPresent(groups::add);
      }
    }
    groups.remove(account.gid());
    return List.copyOf(groups);
  }

  private static OptionalInt numberOf(String database, String name) {
    return entry(database, name).map(fields -> number(fields[2])).orElseGet(OptionalInt::empty);
  }

  private static OptionalInt number(String text) {
    if (!text.matches("\\d{1,10}") || Long.parseLong(text) > MOST) {
      return OptionalInt.empty();
    }
    return OptionalInt.of(Integer.parseUnsignedInt(text));
  }

  /** Returns the fields of an entry, at least three: name, password, number. */
  private static Optional<String[]> entry(String database, String key) {
    Optional<String[]> local = Optional.empty();
    try (Stream<String> lines = Files.lines(Path.of("/etc", database), ISO_8859_1)) {
      local = find(lines.toList(), key);
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, "/etc/" + database + " cannot be read", e);
    }
    return local.isPresent() ? local : find(getent(database, key), key);
  }

  private static Optional<String[]> find(List<String> lines, String key) {
    return lines.stream()
        .map(line -> line.split(":", -1))
        .filter(fields -> fields.length >= 3 && (fields[0].equals(key) || fields[2].equals(key)))
        .findFirst();
  }

  private static List<String> getent(String database, String key) {
    Process process;
    try {
      process =
          new ProcessBuilder("getent", database, key)
              .redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
              .redirectError(Redirect.DISCARD)
              .start();
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "getent cannot be run: only files are asked", e);
      return List.of();
    }
    try (InputStream answer = process.getInputStream()) {
      // Reading ends with the process, at the latest when it is killed here.
      CompletableFuture<Void> unused =
          CompletableFuture.runAsync(
              process::destroyForcibly,
              CompletableFuture.delayedExecutor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS));
      byte[] bytes = answer.readNBytes(MAX_ANSWER);
      return new String(bytes, ISO_8859_1).lines().toList();
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, "getent " + database + " failed", e);
      return List.of();
    } finally {
      process.destroyForcibly();
    }
  }
}
