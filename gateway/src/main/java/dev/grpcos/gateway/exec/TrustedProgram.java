package dev.grpcos.gateway.exec;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/**
 * Checks that only the gateway's user and root can write a program, replace it, or replace a folder
 * on its path.
 */
final class TrustedProgram {
  private static final int ROOT = 0;
  private static final int STICKY = 01000;
  private static final int WRITABLE_BY_OTHERS = 0022;

  private TrustedProgram() {}

  /**
   * Returns the reason not to run a program; empty if there is none.
   *
   * @param program an absolute path; links are followed, and their folders are checked too
   * @param self the gateway's own user
   */
  static Optional<String> distrust(Path program, int self) {
    try {
      Path real = program.toRealPath();
      if (!Files.isRegularFile(real)) {
        return Optional.of(program + " is not a file; give the path of a program");
      }
      if (!Files.isExecutable(real)) {
        return Optional.of(program + " is not executable; chmod +x " + program);
      }
      Optional<String> fault = distrust(real, self, false);
      return fault.isPresent() || real.equals(program) ? fault : distrust(program, self, true);
    } catch (NoSuchFileException e) {
      return Optional.of(program + " does not exist");
    } catch (IOException e) {
      return Optional.of(program + " cannot be examined: " + e.getMessage());
    }
  }

  private static Optional<String> distrust(Path program, int self, boolean link)
      throws IOException {
    for (int i = 0; i <= program.getNameCount(); i++) {
      Path part = i == 0 ? Path.of("/") : Path.of("/").resolve(program.subpath(0, i));
      int uid = (Integer) attribute(part, "unix:uid");
      int mode = (Integer) attribute(part, "unix:mode");
      if (uid != self && uid != ROOT) {
        return Optional.of(
            "%s belongs to another user, who could change %s; chown it".formatted(part, program));
      }
      boolean isLink = Files.isSymbolicLink(part);
      boolean last = i == program.getNameCount();
      if (!isLink && (!last || !link) && (mode & WRITABLE_BY_OTHERS) != 0) {
        // in a sticky folder, only the owners of the folder and of the file can replace a file
        boolean sticky = (mode & STICKY) != 0;
        if (!sticky || last) {
          return Optional.of(
              "%s can be written by others, who could change %s; chmod go-w %s"
                  .formatted(part, program, part));
        }
      }
    }
    return Optional.empty();
  }

  private static Object attribute(Path path, String name) throws IOException {
    return Objects.requireNonNull(Files.getAttribute(path, name, LinkOption.NOFOLLOW_LINKS), name);
  }
}
