package dev.grpcos.gateway.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The properties of this process in {@code /proc/self/status}. */
public final class OwnProcess {
  private static final Path STATUS = Path.of("/proc/self/status");

  /** Linux reports times in hundredths of a second on all supported machines. */
  private static final long MILLIS_OF_TICK = 10;

  private OwnProcess() {}

  /** Returns the effective user id, which the kernel uses for file access and reports to peers. */
  public static int uid() {
    return Integer.parseUnsignedInt(field("Uid").get(1));
  }

  /** Returns the effective group id. */
  public static int gid() {
    return Integer.parseUnsignedInt(field("Gid").get(1));
  }

  /** Returns the supplementary group ids. */
  public static List<Integer> groups() {
    return field("Groups").stream()
        .filter(group -> !group.isEmpty())
        .map(Integer::parseUnsignedInt)
        .toList();
  }

  /** Returns the resident set size in bytes; 0 if it is unknown. */
  public static long residentBytes() {
    List<String> kibibytes = field("VmRSS");
    return kibibytes.isEmpty() ? 0 : Long.parseLong(kibibytes.get(0)) * 1024;
  }

  /**
   * Returns the processor time that all threads have used, with a resolution of 10 ms, see
   * proc_pid_stat(5).
   */
  public static Duration processorTime() {
    try {
      String stat = Files.readString(Path.of("/proc/self/stat"));
      // The name of the program is in parentheses, and may contain spaces.
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      long ticks = Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
      return Duration.ofMillis(ticks * MILLIS_OF_TICK);
    } catch (IOException e) {
      throw new UncheckedIOException("/proc/self/stat cannot be read: is /proc mounted?", e);
    }
  }

  /** Returns the pid of this process in its own pid namespace. */
  public static long pid() {
    return ProcessHandle.current().pid();
  }

  private static List<String> field(String name) {
    try {
      for (String line : Files.readAllLines(STATUS)) {
        if (line.startsWith(name + ":")) {
          return List.of(line.substring(name.length() + 1).trim().split("\\s+", -1));
        }
      }
      return List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(STATUS + " cannot be read: is /proc mounted?", e);
    }
  }
}
