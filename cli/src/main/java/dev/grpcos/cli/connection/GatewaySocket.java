package dev.grpcos.cli.connection;

import dev.grpcos.cli.failure.CliException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Finds the path that names the gateway: {@code --socket}, else {@code $GRPCOS_SOCKET}, else {@code
 * $XDG_RUNTIME_DIR/grpcos/gateway.sock}, else {@code /run/grpcos/gateway.sock} for root or where it
 * exists, else {@code /tmp/grpcos-UID/gateway.sock}. The launcher follows the same rule.
 */
public final class GatewaySocket {
  /**
   * The size of {@code sun_path} without the zero byte at its end, minus the suffixes that the
   * gateway adds to the path.
   */
  private static final int MAX_PATH_BYTES = 107 - ".new/s".length();

  private static final String VARIABLE = "GRPCOS_SOCKET";

  private GatewaySocket() {}

  /**
   * Returns the gateway's path for this caller.
   *
   * @param option the value of {@code --socket}, or null
   * @param folder the caller's working directory, the base of relative paths
   * @param environment the caller's environment variables
   * @param uid the caller's user id
   * @throws CliException USAGE if the path is too long for a socket
   */
  public static Path resolve(
      @Nullable String option,
      Path folder,
      Function<String, @Nullable String> environment,
      int uid) {
    Path path = folder.resolve(name(option, environment, uid)).normalize();
    int length = path.toString().getBytes(StandardCharsets.UTF_8).length;
    if (length > MAX_PATH_BYTES) {
      throw CliException.usage(
          "the socket's path has %d bytes, but a Unix socket permits %d: %s; name a shorter one"
              + " with --socket or GRPCOS_SOCKET",
          length, MAX_PATH_BYTES, path);
    }
    return path;
  }

  /**
   * Returns whether the caller named the socket, by the option or by {@code GRPCOS_SOCKET};
   * otherwise it is a default place.
   */
  public static boolean isNamed(
      @Nullable String option, Function<String, @Nullable String> environment) {
    String variable = environment.apply(VARIABLE);
    return option != null || (variable != null && !variable.isEmpty());
  }

  private static String name(
      @Nullable String option, Function<String, @Nullable String> environment, int uid) {
    if (option != null) {
      if (option.isEmpty()) {
        throw CliException.usage("--socket is empty: give the path of the gateway's socket");
      }
      return option;
    }
    String fromEnvironment = environment.apply(VARIABLE);
    if (fromEnvironment != null && !fromEnvironment.isEmpty()) {
      return fromEnvironment;
    }
    String runtime = environment.apply("XDG_RUNTIME_DIR");
    if (runtime != null && !runtime.isEmpty()) {
      return runtime + "/grpcos/gateway.sock";
    }
    String system = "/run/grpcos/gateway.sock";
    return uid == 0 || Files.exists(Path.of(system), LinkOption.NOFOLLOW_LINKS)
        ? system
        : "/tmp/grpcos-" + uid + "/gateway.sock";
  }
}
