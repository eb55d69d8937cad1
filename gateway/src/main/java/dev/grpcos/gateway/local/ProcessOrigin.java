package dev.grpcos.gateway.local;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the process of a gateway was started, for its status.
 *
 * @param logFile the file to which the process logs; null for standard error
 * @param stderr what standard error is: the path of a terminal or file, or a name such as {@code
 *     pipe}
 * @param unit the systemd unit that runs the process; null without systemd
 * @param userUnit whether the unit belongs to a user's service manager
 * @param journal whether standard error goes to systemd's journal
 * @param restart the arguments with which the process can be started again in the background; null
 *     if it was not started in the background
 */
public record ProcessOrigin(
    @Nullable Path logFile,
    String stderr,
    @Nullable String unit,
    boolean userUnit,
    boolean journal,
    @Nullable List<String> restart) {
  /** The origin of a process about which nothing is known. */
  public static final ProcessOrigin UNKNOWN = new ProcessOrigin(null, "", null, false, false, null);

  public ProcessOrigin {
    restart = restart == null ? null : List.copyOf(restart);
  }
}
