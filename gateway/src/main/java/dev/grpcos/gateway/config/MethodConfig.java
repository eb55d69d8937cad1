package dev.grpcos.gateway.config;

import dev.grpcos.gateway.peer.Account;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A method that is a program.
 *
 * @param exec what is run
 * @param deadline the longest that a call may take; null: 30 s for a method with one response, and
 *     as long as the caller gives for a stream
 * @param concurrency how many calls may run at once; {@link Integer#MAX_VALUE} where the
 *     configuration gives no bound
 * @param environment variables that are added to the program's environment
 * @param directory the program's working folder, an absolute path
 * @param user who the program runs as; null: the gateway's own user
 * @param at where it stands, see {@link ServiceConfig#at}
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

  /** A method that is in no file. */
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
