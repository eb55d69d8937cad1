package dev.grpcos.gateway.exec;

import dev.grpcos.gateway.exec.Launch.RunAs;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The program of a method.
 *
 * @param method the full name
 * @param command the program's absolute path, and its arguments
 * @param user the user that it runs as; null for the gateway's own
 * @param deadline the longest that a call may take, or null
 * @param concurrency how many calls may run or wait at a time
 */
record MethodProgram(
    String method,
    List<String> command,
    CallVariables variables,
    Path directory,
    @Nullable RunAs user,
    @Nullable Duration deadline,
    int concurrency) {
  /** The name of the program in messages. */
  String name() {
    return command.get(0);
  }

  Launch launch(List<String> environment) {
    return new Launch(command, environment, directory, user);
  }
}
