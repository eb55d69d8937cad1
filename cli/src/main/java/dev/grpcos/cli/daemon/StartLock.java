package dev.grpcos.cli.daemon;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The lock on {@code P.start}, which a command holds while it starts a gateway at {@code P}, so
 * that two commands start one gateway. The file is never removed, because a lock on a removed file
 * locks nothing.
 */
final class StartLock implements AutoCloseable {
  private static final long POLL_MILLIS = 20;

  private final FileChannel channel;

  private StartLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Waits for the lock and takes it.
   *
   * @throws IOException if the file cannot be locked, or another process holds the lock for too
   *     long
   */
  static StartLock take(Path socket, Duration most) throws IOException, InterruptedException {
    Path file = socket.resolveSibling(socket.getFileName() + ".start");
    FileChannel channel =
        FileChannel.open(
            file,
            Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE, LinkOption.NOFOLLOW_LINKS),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    long end = System.nanoTime() + most.toNanos();
    try {
      while (channel.tryLock() == null) {
        if (System.nanoTime() > end) {
          throw new IOException(
              "another command has been starting a gateway for " + most.toSeconds() + " s");
        }
        TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
      }
      return new StartLock(channel);
    } catch (IOException | InterruptedException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
