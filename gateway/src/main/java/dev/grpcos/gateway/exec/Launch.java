package dev.grpcos.gateway.exec;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code grpcos-exec} needs to start a program.
 *
 * @param command the program's absolute path, and its arguments
 * @param environment {@code NAME=VALUE}, the whole environment
 * @param directory the working directory
 * @param user the user to run as; null for the gateway's own
 */
record Launch(
    List<String> command, List<String> environment, Path directory, @Nullable RunAs user) {
  /**
   * A user to run as.
   *
   * @param groups supplementary groups
   */
  record RunAs(int uid, int gid, List<Integer> groups) {}
}
