package dev.grpcos.cli.daemon;

import dev.grpcos.gateway.process.OwnProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;

/**
 * Checks the place of a log before it is opened, because opening a FIFO blocks, opening a device
 * may have effects, and the gateway must not change another user's file.
 */
final class LogPlace {
  private static final int TYPE = 0170000;
  private static final int REGULAR = 0100000;
  private static final int OTHERS_WRITE = 0002;
  private static final int STICKY = 01000;

  private LogPlace() {}

  /**
   * Checks that the folder belongs to this user or root, and that others cannot replace files in
   * it. A folder that a group may write, as {@code /var/log} on some systems, is accepted.
   *
   * @throws IOException with the problem and the remedy
   */
  static void requireFolder(Path file) throws IOException {
    Path folder = file.toAbsolutePath().resolveSibling("");
    Map<String, Object> attributes = Files.readAttributes(folder, "unix:uid,mode");
    int owner = number(attributes, "uid");
    int mode = number(attributes, "mode");
    if (owner != 0 && owner != OwnProcess.uid()) {
      throw new IOException(
          "folder %s belongs to uid %s; use a folder of your own"
              .formatted(folder, Integer.toUnsignedString(owner)));
    }
    if ((mode & OTHERS_WRITE) != 0 && (mode & STICKY) == 0) {
      throw new IOException(
          "folder %s can be written by others; chmod o-w %s, or use another"
              .formatted(folder, folder));
    }
  }

  /**
   * Returns whether there is a file, which is then a regular file of this user.
   *
   * @throws IOException if something else is there, without opening it
   */
  static boolean hasOwnFile(Path file) throws IOException {
    try {
      Map<String, Object> attributes = attributes(file);
      requireRegular(attributes);
      int owner = number(attributes, "uid");
      if (owner != OwnProcess.uid()) {
        throw new IOException(
            "it belongs to uid %s; remove it, or use another file"
                .formatted(Integer.toUnsignedString(owner)));
      }
      return true;
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /**
   * Checks that a file can be read without waiting for another process.
   *
   * @throws NoSuchFileException if there is none
   * @throws IOException if it is not a regular file
   */
  static void requireReadable(Path file) throws IOException {
    requireRegular(attributes(file));
  }

  private static void requireRegular(Map<String, Object> attributes) throws IOException {
    int type = number(attributes, "mode") & TYPE;
    if (type != REGULAR) {
      throw new IOException("it is " + nameOf(type) + ", not a regular file; remove it");
    }
  }

  private static Map<String, Object> attributes(Path file) throws IOException {
    return Files.readAttributes(file, "unix:uid,mode", LinkOption.NOFOLLOW_LINKS);
  }

  private static String nameOf(int type) {
    return switch (type) {
      case 0040000 -> "a folder";
      case 0120000 -> "a symbolic link";
      case 0010000 -> "a FIFO";
      case 0140000 -> "a socket";
      default -> "a device";
    };
  }

  private static int number(Map<String, Object> attributes, String name) {
    return (Integer) Objects.requireNonNull(attributes.get(name), name);
  }
}
