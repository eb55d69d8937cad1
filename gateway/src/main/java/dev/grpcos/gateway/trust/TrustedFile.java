package dev.grpcos.gateway.trust;

import dev.grpcos.gateway.text.ShellText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
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
      Path real = file.toRealPath();
      Optional<String> fault = distrust(real, self, false);
      return fault.isPresent() || real.equals(file) ? fault : distrust(file, self, true);
    } catch (NoSuchFileException e) {
      return Optional.of(file + " does not exist");
    } catch (IOException e) {
      return Optional.of(file + " cannot be examined: " + e.getMessage());
    }
  }

  private static Optional<String> distrust(Path file, int self, boolean link) throws IOException {
    for (int i = 0; i <= file.getNameCount(); i++) {
      Path part = i == 0 ? Path.of("/") : Path.of("/").resolve(file.subpath(0, i));
      int uid = (Integer) attribute(part, "unix:uid");
      int mode = (Integer) attribute(part, "unix:mode");
      if (uid != self && uid != ROOT) {
        return Optional.of(
            "%s belongs to another user, who could change %s; chown it".formatted(part, file));
      }
      boolean isLink = Files.isSymbolicLink(part);
      boolean last = i == file.getNameCount();
      if (!isLink && (!last || !link) && (mode & WRITABLE_BY_OTHERS) != 0) {
        // In a sticky folder, only the owners of the folder and of the file can replace a file.
        boolean sticky = (mode & STICKY) != 0;
        if (!sticky || last) {
          return Optional.of(
              "%s can be written by others, who could change %s; chmod go-w %s"
                  .formatted(part, file, ShellText.word(part.toString())));
        }
      }
    }
    return Optional.empty();
  }

  private static Object attribute(Path path, String name) throws IOException {
    return Objects.requireNonNull(Files.getAttribute(path, name, LinkOption.NOFOLLOW_LINKS), name);
  }
}
