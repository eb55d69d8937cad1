package dev.grpcos.cli.connection;

import dev.grpcos.cli.failure.CliException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The path that names the gateway: {@code --socket}, else {@code $GRPCOS_SOCKET}, else {@code
 * $XDG_RUNTIME_DIR/grpcos/gateway.sock}.
 *
 * <p>Cron, ssh and sudo set none of these. Then it is the first of these paths that exists: {@code
 * /run/user/UID/grpcos/gateway.sock}, {@code /run/grpcos/gateway.sock} and {@code
 * /tmp/grpcos-UID/gateway.sock}. A gateway listens on the first of the user's own ones that exists.
 * If none exists, it is the one in {@code /run/user/UID} if the user has that folder, in {@code
 * /run/grpcos} for root, and in {@code /tmp} otherwise. The launcher follows the same rule.
 *
 * @param path an absolute path
 * @param named whether the caller named the socket, by the option or by {@code GRPCOS_SOCKET};
 *     otherwise it is a default place
 * @param others the other places where a gateway was looked for
 */
public record GatewaySocket(Path path, boolean named, List<Path> others) {
  /**
   * The size of {@code sun_path} without the zero byte at its end, minus the suffixes that the
   * gateway adds to the path.
   */
  private static final int MAX_PATH_BYTES = 107 - ".new/s".length();

  private static final int ROOT = 0;

  private static final String FILE = "grpcos/gateway.sock";

  public GatewaySocket {
    others = List.copyOf(others);
  }

  /**
   * The caller of a command.
   *
   * @param folder the working directory, the base of relative paths
   * @param environment the environment variables
   * @param uid the user id
   */
  public record CommandCaller(
      Path folder, Function<String, @Nullable String> environment, int uid) {}

  /**
   * Returns the socket of the gateway that serves this caller.
   *
   * @param option the value of {@code --socket}, or null
   * @throws CliException USAGE if the path is too long for a socket
   */
  public static GatewaySocket find(@Nullable String option, CommandCaller caller) {
    return find(option, caller, false, Path.of("/"));
  }

  /**
   * Returns the socket on which a gateway of this caller listens.
   *
   * @param option the value of {@code --socket}, or null
   * @throws CliException USAGE if the path is too long for a socket
   */
  public static GatewaySocket toListen(@Nullable String option, CommandCaller caller) {
    return find(option, caller, true, Path.of("/"));
  }

  static GatewaySocket find(
      @Nullable String option, CommandCaller caller, boolean listens, Path root) {
    String variable = caller.environment().apply("GRPCOS_SOCKET");
    String runtime = caller.environment().apply("XDG_RUNTIME_DIR");
    GatewaySocket found;
    if (option != null) {
      if (option.isEmpty()) {
        throw CliException.usage("--socket is empty: give the path of the gateway's socket");
      }
      found = at(option, true, caller);
    } else if (variable != null && !variable.isEmpty()) {
      found = at(variable, true, caller);
    } else if (runtime != null && !runtime.isEmpty()) {
      found = at(runtime + "/" + FILE, false, caller);
    } else {
      found = search(root, caller.uid(), listens);
    }
    int length = found.path().toString().getBytes(StandardCharsets.UTF_8).length;
    if (length > MAX_PATH_BYTES) {
      throw CliException.usage(
          "the socket's path has %d bytes, but a Unix socket permits %d: %s; name a shorter one"
              + " with --socket or GRPCOS_SOCKET",
          length, MAX_PATH_BYTES, found.path());
    }
    return found;
  }

  private static GatewaySocket at(String name, boolean named, CommandCaller caller) {
    return new GatewaySocket(caller.folder().resolve(name).normalize(), named, List.of());
  }

  private static GatewaySocket search(Path root, int uid, boolean listens) {
    String user = Integer.toUnsignedString(uid);
    Path session = root.resolve("run/user").resolve(user);
    Path system = root.resolve("run").resolve(FILE);
    Path temporary = root.resolve("tmp/grpcos-" + user);
    List<Path> places = new ArrayList<>();
    List<Path> present = new ArrayList<>();
    if (isOwn(session, uid)) {
      add(session.resolve(FILE), true, places, present);
    }
    if (!listens || uid == ROOT) {
      add(system, true, places, present);
    }
    // Any user can create the folder in /tmp.
    add(temporary.resolve("gateway.sock"), isOwn(temporary, uid), places, present);
    Path path =
        !present.isEmpty() ? present.get(0) : uid == ROOT ? system : firstOwn(places, system);
    places.remove(path);
    return new GatewaySocket(path, false, places);
  }

  private static void add(Path place, boolean trusted, List<Path> places, List<Path> present) {
    places.add(place);
    if (trusted && Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
      present.add(place);
    }
  }

  private static Path firstOwn(List<Path> places, Path system) {
    return places.get(0).equals(system) ? places.get(1) : places.get(0);
  }

  private static boolean isOwn(Path folder, int uid) {
    try {
      return Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
          && Files.getAttribute(folder, "unix:uid", LinkOption.NOFOLLOW_LINKS).equals(uid);
    } catch (IOException e) {
      return false; // it was removed
    }
  }
}
