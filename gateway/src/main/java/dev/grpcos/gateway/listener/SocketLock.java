package dev.grpcos.gateway.listener;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.grpcos.gateway.failure.GatewayException;
import dev.grpcos.gateway.process.OwnProcess;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/**
 * The lock on {@code P.lock}, whose holder owns the path {@code P}; the file contains the owner's
 * pid.
 *
 * <p>The file is never removed, because a lock on a removed file locks nothing. The kernel releases
 * the lock when the process ends for any reason. It is a POSIX record lock: closing any other
 * descriptor of the file in this process would release it, so no other code in the owner's process
 * may open the file.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/fcntl_locking.2.html">fcntl_locking(2)</a>
 */
final class SocketLock implements AutoCloseable {
  /** The time to wait for the pid that the lock's new owner is about to write. */
  private static final Duration PID_WAIT = Duration.ofSeconds(1);

  private final FileChannel channel;

  private SocketLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Takes the lock.
   *
   * @throws GatewayException if another process has it, with its pid
   */
  static SocketLock take(Path socket, Path file) throws GatewayException {
    FileChannel channel;
    try {
      channel =
          FileChannel.open(
              file,
              Set.of(
                  StandardOpenOption.READ,
                  StandardOpenOption.WRITE,
                  StandardOpenOption.CREATE,
                  LinkOption.NOFOLLOW_LINKS),
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    } catch (IOException e) {
      throw SocketFiles.failed("lock file " + file + " cannot be opened", e);
    }
    SocketLock lock = new SocketLock(channel);
    try {
      lock.acquire(socket);
      return lock;
    } catch (IOException e) {
      lock.closeAfter(e);
      throw SocketFiles.failed("lock file " + file + " cannot be locked", e);
    } catch (GatewayException e) {
      lock.closeAfter(e);
      throw e;
    }
  }

  /**
   * Checks that no process has the lock.
   *
   * @throws GatewayException if another process has it, with its pid
   */
  static void requireFree(Path socket, Path file) throws GatewayException {
    try (FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
      SocketLock lock = new SocketLock(channel);
      if (!lock.tryLock()) {
        throw GatewayException.inUse(socket, lock.pid());
      }
    } catch (NoSuchFileException e) {
      // No gateway has ever owned it.
    } catch (IOException e) {
      throw SocketFiles.failed("lock file " + file + " cannot be locked", e);
    }
  }

  private void acquire(Path socket) throws IOException, GatewayException {
    long giveUp = System.nanoTime() + PID_WAIT.toNanos();
    while (!tryLock()) {
      // A pid without a process belongs to a killed owner, which another process is replacing.
      long pid = pid();
      boolean lives = pid > 0 && ProcessHandle.of(pid).isPresent();
      if (lives || System.nanoTime() > giveUp) {
        throw GatewayException.inUse(socket, pid);
      }
      LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
    }
    channel.truncate(0);
    channel.write(US_ASCII.encode(OwnProcess.pid() + "\n"), 0);
  }

  private boolean tryLock() throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      // This process has the lock; its pid is in the file.
      return false;
    }
  }

  private long pid() throws IOException {
    ByteBuffer content = ByteBuffer.allocate(32);
    channel.read(content, 0);
    String text = US_ASCII.decode(content.flip()).toString().trim();
    return text.matches("\\d{1,18}") ? Long.parseLong(text) : 0;
  }

  private void closeAfter(Exception failure) {
    try {
      channel.close();
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  /**
   * Releases the path. The pid is removed first, so that no other process reads an outdated one.
   */
  @Override
  public void close() throws IOException {
    try (channel) {
      channel.truncate(0);
    }
  }
}
