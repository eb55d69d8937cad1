package dev.grpcos.gateway.exec;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a program is started.
 *
 * @param command the program's absolute path, and its arguments
 * @param environment {@code NAME=VALUE}, all that it gets
 * @param directory its working folder
 * @param user who it runs as; null: the gateway's own user
 */
record Launch(
    List<String> command, List<String> environment, Path directory, @Nullable RunAs user) {
  /**
   * A user to run as.
   *
   * @param groups supplementary groups
   */
  record RunAs(int uid, int gid, List<Integer> groups) {}

  /** What messages call the program. */
  String name() {
    return Path.of(command.get(0)).getFileName().toString();
  }
}
