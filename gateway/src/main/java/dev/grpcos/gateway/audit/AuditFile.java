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
 * The file that lines are added to. It is made with mode 0600; one that is there keeps its mode,
 * but it must be this user's or root's, and nobody else may write to it. Used by one thread at a
 * time.
 */
final class AuditFile implements Closeable {
  private static final int TYPE = 0170000;
  private static final int REGULAR = 0100000;
  private static final int CHARACTER_DEVICE = 0020000;
  private static final int OTHERS_WRITE = 0022;

  private final FileChannel channel;

  /** Whether a write failed within a line, whose rest is lost. */
  private boolean broken;

  private AuditFile(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Opens the file.
   *
   * @throws GatewayException if it can't be, or should not be, written to
   */
  static AuditFile open(Path path) throws GatewayException {
    try {
      // A FIFO would make the opening wait, so it is looked at before.
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
      throw new GatewayException("audit file " + path + ": its folder is not there; make it", e);
    } catch (IOException e) {
      String reason =
          e instanceof FileSystemException failure && failure.getReason() != null
              ? failure.getReason()
              : e.toString();
      throw new GatewayException(
          "audit file %s can't be opened: %s; let the gateway's user write to it, or name another"
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
      throw new GatewayException("audit file " + path + " is no plain file: name another");
    }
    int owner = number(attributes, "uid");
    if (owner != OwnProcess.uid() && owner != 0) {
      throw new GatewayException(
          "audit file %s belongs to uid %d, who could change it: chown it, or name another"
              .formatted(path, owner));
    }
    if (type == REGULAR && (mode & OTHERS_WRITE) != 0) {
      throw new GatewayException(
          "audit file %s has mode %04o, so others could change it: chmod go-w it"
              .formatted(path, mode & 07777));
    }
  }

  private static int number(Map<String, Object> attributes, String name) {
    return ((Number) Objects.requireNonNull(attributes.get(name), name)).intValue();
  }

  /** Adds whole lines; where that fails, some may have been added. */
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
