package dev.grpcos.gateway.config;

import dev.grpcos.gateway.peer.Accounts;
import dev.grpcos.proto.config.v1.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Checks the sockets of a configuration and creates their records. */
final class SocketReader {
  private SocketReader() {}

  /**
   * Reads the sockets beside the gateway's own.
   *
   * @param upstreams the names of the upstreams
   * @param own the path of the gateway's own socket
   */
  static List<SocketConfig> read(
      List<Socket> sockets,
      Set<String> upstreams,
      Place place,
      Surroundings surroundings,
      Path own) {
    List<SocketConfig> configs = new ArrayList<>();
    List<Path> taken = new ArrayList<>(List.of(own.toAbsolutePath().normalize()));
    for (int i = 0; i < sockets.size(); i++) {
      SocketConfig config = socket(sockets.get(i), upstreams, place.at(i), surroundings);
      if (config != null) {
        checkPath(config.path(), taken, place.at(i).at("path"));
        taken.add(config.path());
        configs.add(config);
      }
    }
    return configs;
  }

  private static @Nullable SocketConfig socket(
      Socket socket, Set<String> upstreams, Place place, Surroundings surroundings) {
    Path path = surroundings.resolve(socket.getPath(), place.at("path"));
    ListenConfig listen = listen(path, socket.getMode(), socket.getGroup(), place);
    Place users = place.at("users");
    Place groups = place.at("groups");
    SocketConfig config =
        new SocketConfig(
            listen == null ? new ListenConfig(path, 0, null) : listen,
            !users.isGiven() && !groups.isGiven(),
            PolicyReader.users(socket.getUsersList(), users),
            PolicyReader.groups(socket.getGroupsList(), groups),
            PolicyReader.methods(
                socket.getMethodsList(), MethodPatterns::problemOfSocket, place.at("methods")),
            PolicyReader.upstreams(socket.getUpstreamsList(), upstreams, place.at("upstreams")));
    return socket.getPath().isEmpty() ? null : config; // reported as missing
  }

  /** Reports a path that another socket has, or whose name another one's files may have. */
  private static void checkPath(Path path, List<Path> taken, Place place) {
    for (Path other : taken) {
      boolean own = other.equals(taken.get(0));
      if (path.equals(other)) {
        place.problem(
            own
                ? "is %s, the gateway's own socket; give another path"
                : "is %s, which another socket has; give another path",
            path);
      } else if (isBeside(path, other) || isBeside(other, path)) {
        place.problem(
            "is %s, too close to socket %s, whose other files begin with the same name; give"
                + " another path",
            path, other);
      }
    }
  }

  private static boolean isBeside(Path path, Path other) {
    return path.toString().startsWith(other + ".");
  }

  /** Reads the mode and the group of a socket; null if there is no valid mode. */
  static @Nullable ListenConfig listen(Path socket, String mode, String groupName, Place place) {
    String group = groupName.isEmpty() ? null : groupName;
    if (group != null && Accounts.gid(group).isEmpty()) {
      place
          .at("group")
          .problem("is '%s', an unknown group; give the name of an existing group", group);
    }
    if (mode.isEmpty()) {
      return null; // already reported
    }
    if (!mode.matches("0?[0-7]{3}")) {
      place.at("mode").problem("is '%s', not a mode; give three octal digits, as in 0660", mode);
      return null;
    }
    return new ListenConfig(socket, Integer.parseInt(mode, 8), group);
  }
}
