package dev.grpcos.gateway.exec;

import dev.grpcos.gateway.exec.Launch.RunAs;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The program of a method.
 *
 * @param method the full name of the method; that of the service for a process that serves several
 * @param command the program's absolute path, and its arguments
 * @param user the user to run as; null for the gateway's own user
 * @param deadline the longest time of a call, or null
 * @param concurrency the number of calls that may run or wait at the same time
 */
record MethodProgram(
    String method,
    List<String> command,
    CallVariables variables,
    Path directory,
    @Nullable RunAs user,
    @Nullable Duration deadline,
    int concurrency) {
  /** Returns the same program for all methods of a service. */
  MethodProgram of(String service) {
    return new MethodProgram(service, command, variables, directory, user, deadline, concurrency);
  }

  /** Returns the name of the program for messages. */
  String name() {
    return command.get(0);
  }

  Launch launch(List<String> environment) {
    return new Launch(command, environment, directory, user);
  }
}
