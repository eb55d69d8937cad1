package dev.grpcos.gateway.exec;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The parameters for {@code grpcos-exec} to start a program.
 *
 * @param command the program's absolute path, and its arguments
 * @param environment the complete environment, as {@code NAME=VALUE}
 * @param directory the working directory
 * @param user the user to run as; null for the gateway's own user
 */
record Launch(
    List<String> command, List<String> environment, Path directory, @Nullable RunAs user) {
  /**
   * A user to run as.
   *
   * @param groups the supplementary groups
   */
  record RunAs(int uid, int gid, List<Integer> groups) {}
}
