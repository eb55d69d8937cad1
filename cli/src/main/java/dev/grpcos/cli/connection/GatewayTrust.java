package dev.grpcos.cli.connection;

import dev.grpcos.gateway.channel.PeerCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Decides whether a command trusts the process that listens on a gateway's socket.
 * grpcos-security(7) describes the rule; the launcher follows the same rule in {@code grpcos.c}.
 *
 * @param gateway the socket, and how it was found
 * @param caller the caller's user
 */
public record GatewayTrust(GatewaySocket gateway, int caller) implements PeerCheck {
  private static final int ROOT = 0;
  private static final int FILE_TYPE = 0170000;
  private static final int FOLDER = 0040000;
  private static final int LINK = 0120000;

  /** The group's bits also contain the rights that an ACL grants. */
  private static final int WRITABLE_BY_OTHERS = 0022;

  /** The kernel's limit of symbolic links in a path. */
  private static final int MAX_LINKS = 40;

  @Override
  public Optional<String> refusal(int server) {
    if (server == caller || server == ROOT) {
      return isTemporary() ? temporaryFolder() : Optional.empty();
    }
    if (!gateway.named()) {
      return Optional.of(
          "it is served by uid %s, neither you nor root; name the socket with --socket or"
                  .formatted(Integer.toUnsignedString(server))
              + " GRPCOS_SOCKET if you trust that user");
    }
    return fault(server)
        .map(
            fault ->
                "it is served by uid %s, and %s; keep the socket in folders that only you, root and"
                        .formatted(Integer.toUnsignedString(server), fault)
                    + " that user can write");
  }

  /** Returns whether this is the default place in {@code /tmp}, where any user creates folders. */
  private boolean isTemporary() {
    return !gateway.named()
        && Path.of("/tmp/grpcos-" + Integer.toUnsignedString(caller))
            .equals(gateway.path().getParent());
  }

  private Optional<String> temporaryFolder() {
    Path folder = gateway.path().resolveSibling("");
    Optional<String> fault;
    try {
      Map<String, Object> file = attributes(folder);
      fault =
          type(file) != FOLDER
              ? Optional.of("%s is not a folder".formatted(folder))
              : fault(folder, file, caller);
    } catch (IOException e) {
      fault = Optional.of("%s cannot be examined".formatted(folder));
    }
    return fault.map(text -> text + "; remove it, or name another socket with --socket");
  }

  /**
   * Walks the path as the kernel does, and returns the problem of the first folder that a user
   * other than the caller, root and the server's user can write.
   */
  private Optional<String> fault(int server) {
    Path reached = Path.of("/");
    try {
      Optional<String> fault = fault(reached, attributes(reached), caller);
      Deque<Path> rest = new ArrayDeque<>();
      gateway.path().forEach(rest::addLast);
      int links = 0;
      while (fault.isEmpty() && !rest.isEmpty()) {
        Path name = rest.removeFirst();
        if (name.toString().equals("..")) {
          reached = reached.getParent() == null ? reached : reached.getParent();
          continue;
        }
        Path next = name.toString().equals(".") ? reached : reached.resolve(name);
        Map<String, Object> file = attributes(next);
        if (type(file) == LINK) {
          if (++links > MAX_LINKS) {
            return Optional.of("%s has too many symbolic links".formatted(gateway.path()));
          }
          Path target = Files.readSymbolicLink(next);
          reached = target.isAbsolute() ? Path.of("/") : reached;
          for (int i = target.getNameCount() - 1; i >= 0; i--) {
            rest.addFirst(target.getName(i));
          }
        } else if (type(file) == FOLDER) {
          fault = fault(next, file, server);
          reached = next;
        }
      }
      return fault;
    } catch (IOException e) {
      return Optional.of("%s cannot be examined".formatted(gateway.path()));
    }
  }

  /** Returns the problem of a folder, which may belong to this user, the caller or root. */
  private Optional<String> fault(Path folder, Map<String, Object> file, int user) {
    int owner = number(file, "uid");
    if (owner != ROOT && owner != caller && owner != user) {
      return Optional.of(
          "the folder %s belongs to uid %s".formatted(folder, Integer.toUnsignedString(owner)));
    }
    return (number(file, "mode") & WRITABLE_BY_OTHERS) != 0
        ? Optional.of("the folder %s can be written by others".formatted(folder))
        : Optional.empty();
  }

  private static int type(Map<String, Object> file) {
    return number(file, "mode") & FILE_TYPE;
  }

  private static Map<String, Object> attributes(Path path) throws IOException {
    return Files.readAttributes(path, "unix:uid,mode", LinkOption.NOFOLLOW_LINKS);
  }

  private static int number(Map<String, Object> attributes, String name) {
    return (Integer) Objects.requireNonNull(attributes.get(name), name);
  }
}
