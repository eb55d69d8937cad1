package dev.grpcos.gateway.exec;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.ProcessBuilder.Redirect;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Starts programs by {@code grpcos-exec}, a process of its own that runs from the first program on
 * until the spawner is closed, and is started again should somebody kill it.
 *
 * <p>Safe for use by any thread; starting a program blocks, for as long as a process takes to fork.
 */
final class Spawner implements AutoCloseable {
  private static final int ANSWER_SECONDS = 10;

  private final Path keeper;
  private @Nullable Process process;
  private @Nullable Path folder;
  private boolean closed;

  /**
   * A spawner that has started nothing yet.
   *
   * @param keeper where {@code grpcos-exec} is
   */
  Spawner(Path keeper) {
    this.keeper = keeper;
  }

  /**
   * Starts a program.
   *
   * @param input all of its input, where that is known, see {@link Program#start}
   * @throws IOException if it can't be asked for; that it could not be run is its first event
   */
  Program start(Launch launch, byte @Nullable [] input) throws IOException {
    SocketChannel connection = SocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      try {
        connection.connect(address());
      } catch (IOException e) {
        restart();
        connection.close();
        connection = SocketChannel.open(StandardProtocolFamily.UNIX);
        connection.connect(address());
      }
      return Program.start(connection, launch, input);
    } catch (IOException e) {
      connection.close();
      throw e;
    }
  }

  private synchronized UnixDomainSocketAddress address() throws IOException {
    if (closed) {
      throw new IOException("the gateway is ending");
    }
    if (process == null) {
      begin();
    }
    return UnixDomainSocketAddress.of(Objects.requireNonNull(folder).resolve("s"));
  }

  private void begin() throws IOException {
    Path made =
        Files.createTempDirectory(
            "grpcos-exec-",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    folder = made;
    Process started;
    try {
      started =
          new ProcessBuilder(keeper.toString(), made.resolve("s").toString())
              .redirectError(Redirect.INHERIT)
              .start();
    } catch (IOException e) {
      Files.delete(made);
      throw e;
    }
    process = started;
    // Its only line comes once it listens; its death ends the reading.
    String line =
        new BufferedReader(
                new InputStreamReader(started.getInputStream(), StandardCharsets.US_ASCII))
            .readLine();
    if (!"ready".equals(line)) {
      end();
      throw new IOException(keeper + " can't be used: it did not get ready");
    }
  }

  /** Ends a process that does not answer, so that the next start begins another. */
  private synchronized void restart() {
    if (process != null && !process.isAlive()) {
      end();
    }
  }

  private void end() {
    Process running = process;
    if (running == null) {
      return;
    }
    process = null;
    try {
      running.getOutputStream().close(); // upon which it clears its folder away and ends
      if (!running.waitFor(ANSWER_SECONDS, TimeUnit.SECONDS)) {
        running.destroyForcibly();
      }
      Path left = Objects.requireNonNull(folder);
      Files.deleteIfExists(left.resolve("s"));
      Files.deleteIfExists(left);
    } catch (IOException e) {
      System.getLogger("dev.grpcos.gateway.exec")
          .log(System.Logger.Level.WARNING, "a folder of grpcos-exec is left behind", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Starts nothing any more. Programs that run are their callers' to end. */
  @Override
  public synchronized void close() {
    closed = true;
    end();
  }
}
