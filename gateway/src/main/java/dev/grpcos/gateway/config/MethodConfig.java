package dev.grpcos.gateway.config;

import dev.grpcos.gateway.peer.Account;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A method that a program serves.
 *
 * @param exec the program
 * @param deadline the longest time of a call; null for 30 s if the method has one response, and for
 *     no limit but the caller's if it has a stream
 * @param concurrency the maximum number of parallel calls; {@link Integer#MAX_VALUE} for no limit
 * @param environment variables that are added to the program's environment
 * @param directory the program's working folder, an absolute path
 * @param user the user to run the program as; null for the gateway's own user
 * @param at the position in the file, see {@link ServiceConfig#at}
 */
public record MethodConfig(
    ExecConfig exec,
    @Nullable Duration deadline,
    int concurrency,
    Map<String, String> environment,
    Path directory,
    @Nullable Account user,
    String at) {
  public MethodConfig {
    environment = Map.copyOf(environment);
  }

  /** Creates a method that is not from a file. */
  public MethodConfig(
      ExecConfig exec,
      @Nullable Duration deadline,
      int concurrency,
      Map<String, String> environment,
      Path directory,
      @Nullable Account user) {
    this(exec, deadline, concurrency, environment, directory, user, "");
  }
}
