package dev.grpcos.cli.connection;

import dev.grpcos.cli.failure.CliException;
import java.io.IOException;
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
   * What {@code sun_path} holds without its terminating zero, less what the gateway binds behind
   * it.
   */
  private static final int MAX_PATH_BYTES = 107 - ".new/s".length();

  private static final int GROUP_OR_OTHERS_WRITE = 0022;
  private static final int STICKY = 01000;

  private GatewaySocket() {}

  /**
   * Returns the gateway's path for this caller.
   *
   * @param option the value of {@code --socket}, or null
   * @param folder the caller's working directory, which a relative path is resolved against
   * @param environment the caller's variables
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
          "the socket's path has %d bytes, of which a Unix socket takes %d: %s; name a shorter one"
              + " with --socket or GRPCOS_SOCKET",
          length, MAX_PATH_BYTES, path);
    }
    return path;
  }

  private static String name(
      @Nullable String option, Function<String, @Nullable String> environment, int uid) {
    if (option != null) {
      if (option.isEmpty()) {
        throw CliException.usage("--socket is empty: give the path of the gateway's socket");
      }
      return option;
    }
    String fromEnvironment = environment.apply("GRPCOS_SOCKET");
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

  /**
   * Refuses a socket that another user could have created: its folder must belong to the caller or
   * to root, and no other user may write to it. A folder that does not exist is harmless.
   *
   * @throws CliException FAILURE naming the folder and why
   */
  public static void requireTrusted(Path socket, int uid) {
    Path folder = socket.getParent();
    int owner;
    int mode;
    try {
      owner = (Integer) Files.getAttribute(folder, "unix:uid");
      mode = (Integer) Files.getAttribute(folder, "unix:mode");
    } catch (IOException e) {
      return; // connecting reports why the socket cannot be reached
    }
    String problem = null;
    if (owner != uid && owner != 0) {
      problem = "belongs to uid " + owner;
    } else if ((mode & GROUP_OR_OTHERS_WRITE) != 0 && (mode & STICKY) == 0) {
      problem = String.format("can be written by others (mode %04o)", mode & 07777);
    }
    if (problem != null) {
      throw CliException.failure(
          "refusing the socket %s: its folder %s; name it with --socket if you trust it",
          socket, problem);
    }
  }
}
