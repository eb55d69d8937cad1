package dev.grpcos.gateway.trust;

import dev.grpcos.gateway.text.ShellText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.Optional;

/**
 * Checks that only the gateway's user and root can write a file, replace it, or replace a folder on
 * its path.
 */
public final class TrustedFile {
  private static final int ROOT = 0;
  private static final int STICKY = 01000;
  private static final int WRITABLE_BY_OTHERS = 0022;

  /** The kernel's limit of symbolic links in a path. */
  private static final int MOST_LINKS = 40;

  private TrustedFile() {}

  /**
   * Returns the reason not to run a program; empty if there is none.
   *
   * @param program an absolute path; links are followed, and their folders are checked too
   * @param self the gateway's own user
   */
  public static Optional<String> distrustProgram(Path program, int self) {
    if (Files.exists(program) && !Files.isRegularFile(program)) {
      return Optional.of(program + " is not a file; give the path of a program");
    }
    if (Files.exists(program) && !Files.isExecutable(program)) {
      return Optional.of(program + " is not executable; chmod +x " + program);
    }
    return distrust(program, self);
  }

  /**
   * Returns the reason not to rely on the content of a file; empty if there is none.
   *
   * @param file an absolute path; links are followed, and their folders are checked too
   * @param self the gateway's own user
   */
  public static Optional<String> distrust(Path file, int self) {
    try {
      return walk(file, self);
    } catch (NoSuchFileException e) {
      return Optional.of(file + " does not exist");
    } catch (IOException e) {
      return Optional.of(file + " cannot be examined: " + e.getMessage());
    }
  }

  /**
   * Walks the path as the kernel does, and checks each folder, each link and the file. A link may
   * lead to another link, whose folder counts too.
   */
  private static Optional<String> walk(Path file, int self) throws IOException {
    Path reached = Path.of("/");
    Deque<Path> rest = new ArrayDeque<>();
    file.forEach(rest::addLast);
    Optional<String> fault = distrust(reached, file, self, rest.isEmpty());
    int links = 0;
    while (fault.isEmpty() && !rest.isEmpty()) {
      Path name = rest.removeFirst();
      if (name.toString().equals("..")) {
        reached = reached.getParent() == null ? reached : reached.getParent();
        continue;
      }
      Path next = reached.resolve(name).normalize();
      fault = distrust(next, file, self, rest.isEmpty());
      if (!Files.isSymbolicLink(next)) {
        reached = next;
      } else if (++links > MOST_LINKS) {
        return Optional.of(file + " has too many symbolic links");
      } else {
        Path target = Files.readSymbolicLink(next);
        reached = target.isAbsolute() ? Path.of("/") : reached;
        for (int i = target.getNameCount() - 1; i >= 0; i--) {
          rest.addFirst(target.getName(i));
        }
      }
    }
    return fault;
  }

  /** Returns the reason not to rely on a part of the path of a file. */
  private static Optional<String> distrust(Path part, Path file, int self, boolean last)
      throws IOException {
    int uid = (Integer) attribute(part, "unix:uid");
    int mode = (Integer) attribute(part, "unix:mode");
    if (uid != self && uid != ROOT) {
      return Optional.of(
          "%s belongs to another user, who could change %s; chown it".formatted(part, file));
    }
    // In a sticky folder, only the owners of the folder and of the file can replace a file.
    boolean replaceable = (mode & WRITABLE_BY_OTHERS) != 0 && (last || (mode & STICKY) == 0);
    if (replaceable && !Files.isSymbolicLink(part)) {
      return Optional.of(
          "%s can be written by others, who could change %s; chmod go-w %s"
              .formatted(part, file, ShellText.word(part.toString())));
    }
    return Optional.empty();
  }

  private static Object attribute(Path path, String name) throws IOException {
    return Objects.requireNonNull(Files.getAttribute(path, name, LinkOption.NOFOLLOW_LINKS), name);
  }
}
