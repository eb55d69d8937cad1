package dev.grpcos.gateway.audit;

import dev.grpcos.gateway.failure.GatewayException;
import dev.grpcos.gateway.process.OwnProcess;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The file to which lines are appended. A new file has mode 0600. An existing file keeps its mode,
 * but it must belong to this user or root, and no other user may have write access. Used by one
 * thread at a time.
 */
final class AuditFile implements Closeable {
  private static final int TYPE = 0170000;
  private static final int REGULAR = 0100000;
  private static final int CHARACTER_DEVICE = 0020000;
  private static final int OTHERS_WRITE = 0022;

  private final FileChannel channel;

  /** Whether a write failed in the middle of a line, so that the rest of the line is lost. */
  private boolean broken;

  private AuditFile(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Opens the file.
   *
   * @throws GatewayException if the file cannot be written, or other users could change it
   */
  static AuditFile open(Path path) throws GatewayException {
    try {
      // Checked before, because opening a FIFO would block.
      if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
        check(path);
      }
      FileChannel channel =
          FileChannel.open(
              path,
              Set.of(
                  StandardOpenOption.CREATE, StandardOpenOption.APPEND, LinkOption.NOFOLLOW_LINKS),
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      try {
        check(path);
      } catch (GatewayException | IOException e) {
        channel.close();
        throw e;
      }
      return new AuditFile(channel);
    } catch (NoSuchFileException e) {
      throw new GatewayException(
          "audit file " + path + ": its folder does not exist; create it", e);
    } catch (IOException e) {
      String reason =
          e instanceof FileSystemException failure && failure.getReason() != null
              ? failure.getReason()
              : e.toString();
      throw new GatewayException(
          "audit file %s: cannot open it: %s; give the gateway's user write access, or configure another file"
              .formatted(path, reason),
          e);
    }
  }

  private static void check(Path path) throws GatewayException, IOException {
    Map<String, Object> attributes =
        Files.readAttributes(path, "unix:uid,mode", LinkOption.NOFOLLOW_LINKS);
    int mode = number(attributes, "mode");
    int type = mode & TYPE;
    if (type != REGULAR && type != CHARACTER_DEVICE) {
      throw new GatewayException(
          "audit file " + path + ": not a regular file; configure another file");
    }
    int owner = number(attributes, "uid");
    if (owner != OwnProcess.uid() && owner != 0) {
      throw new GatewayException(
          "audit file %s: belongs to uid %d, which could change it; chown it, or configure another file"
              .formatted(path, owner));
    }
    if (type == REGULAR && (mode & OTHERS_WRITE) != 0) {
      throw new GatewayException(
          "audit file %s: mode %04o lets other users change it; run chmod go-w on it"
              .formatted(path, mode & 07777));
    }
  }

  private static int number(Map<String, Object> attributes, String name) {
    return ((Number) Objects.requireNonNull(attributes.get(name), name)).intValue();
  }

  /** Appends complete lines. If that fails, some of them may have been written. */
  void add(ByteBuffer lines) throws IOException {
    if (broken) {
      channel.write(ByteBuffer.wrap(new byte[] {'\n'}));
      broken = false;
    }
    int before = lines.position();
    try {
      while (lines.hasRemaining()) {
        channel.write(lines);
      }
    } catch (IOException e) {
      broken = lines.position() > before && lines.get(lines.position() - 1) != '\n';
      throw e;
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
