package dev.grpcos.cli.daemon;

import dev.grpcos.gateway.local.ProcessOrigin;
import dev.grpcos.gateway.process.OwnProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds out how this process was started.
 *
 * @see <a
 *     href="https://www.freedesktop.org/software/systemd/man/latest/systemd.exec.html">systemd.exec</a>
 */
final class StartFacts {
  private static final Path STDERR = Path.of("/proc/self/fd/2");

  private StartFacts() {}

  /**
   * Returns the origin of this process.
   *
   * @param log the file to which it logs; null for standard error
   * @param restart the arguments with which it can be started again in the background, or null
   */
  static ProcessOrigin of(@Nullable Path log, @Nullable List<String> restart) {
    Map<String, String> environment = System.getenv();
    // A process that a service starts inherits the service's other variables.
    boolean service =
        Long.toString(OwnProcess.pid()).equals(environment.get("SYSTEMD_EXEC_PID"))
            || environment.containsKey("NOTIFY_SOCKET");
    String group = service ? controlGroup() : "";
    String unit = group.substring(group.lastIndexOf('/') + 1);
    return new ProcessOrigin(
        log,
        stderr(),
        unit.endsWith(".service") ? unit : null,
        group.contains("/user@"),
        isJournal(environment.get("JOURNAL_STREAM")),
        restart);
  }

  /** Returns the path of the control group; empty if it is unknown. */
  private static String controlGroup() {
    try {
      List<String> lines = Files.readAllLines(Path.of("/proc/self/cgroup"));
      return lines.isEmpty() ? "" : lines.get(lines.size() - 1).replaceFirst("^[^:]*:[^:]*:", "");
    } catch (IOException e) {
      return "";
    }
  }

  private static String stderr() {
    try {
      String target = Files.readSymbolicLink(STDERR).toString();
      return target.startsWith("/") ? target : target.replaceFirst(":.*", "");
    } catch (IOException e) {
      return "";
    }
  }

  /** Returns whether standard error is the stream with this device and inode. */
  private static boolean isJournal(@Nullable String stream) {
    if (stream == null) {
      return false;
    }
    try {
      Map<String, Object> file = Files.readAttributes(STDERR, "unix:dev,ino");
      return stream.equals(file.get("dev") + ":" + file.get("ino"));
    } catch (IOException e) {
      return false;
    }
  }
}
