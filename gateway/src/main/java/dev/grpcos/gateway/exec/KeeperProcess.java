package dev.grpcos.gateway.exec;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.channel.unix.DomainSocketAddress;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.ProcessBuilder.Redirect;
import java.lang.System.Logger.Level;
import java.net.ConnectException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;

/**
 * A running {@code grpcos-exec}, which listens in a private folder beside the gateway's socket.
 *
 * <p>The folder's name has a number, because a gateway that drains has a folder at the same time as
 * its successor. {@code grpcos-exec} removes the folder when the gateway ends for any reason.
 * Starting and ending block.
 */
final class KeeperProcess {
  /**
   * The folder's suffix. With the socket's name, it fits the length that a gateway's path leaves
   * free.
   */
  private static final String FOLDER = ".ex";

  private static final int MOST_FOLDERS = 10;
  private static final int END_SECONDS = 10;
  private static final FileAttribute<?> PRIVATE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  private final Process process;
  private final Path folder;
  private final Path socket;

  private KeeperProcess(Process process, Path folder) {
    this.process = process;
    this.folder = folder;
    socket = socket(folder);
  }

  private static Path socket(Path folder) {
    return folder.resolve("s");
  }

  /**
   * Starts the process; returns when it listens.
   *
   * @param executable the path of {@code grpcos-exec}
   * @param gateway the gateway's socket
   */
  static KeeperProcess start(Path executable, Path gateway) throws IOException {
    Path folder = makeFolder(gateway);
    Process process;
    try {
      process =
          new ProcessBuilder(executable.toString(), socket(folder).toString())
              .redirectError(Redirect.INHERIT)
              .start();
    } catch (IOException e) {
      Files.delete(folder);
      throw e;
    }
    KeeperProcess started = new KeeperProcess(process, folder);
    // The only line, or null at the end of the output.
    String line =
        new BufferedReader(new InputStreamReader(process.getInputStream(), US_ASCII)).readLine();
    if (!"ready".equals(line)) {
      started.end();
      throw new IOException(executable + " did not start to listen at " + started.socket);
    }
    return started;
  }

  private static Path makeFolder(Path gateway) throws IOException {
    for (int number = 0; number < MOST_FOLDERS; number++) {
      Path folder = gateway.resolveSibling(gateway.getFileName() + FOLDER + number);
      try {
        return Files.createDirectory(folder, PRIVATE);
      } catch (FileAlreadyExistsException e) {
        if (isAbandoned(folder)) {
          removeAbandoned(folder);
          return Files.createDirectory(folder, PRIVATE);
        }
      }
    }
    throw new FileSystemException(
        gateway + FOLDER + "*", null, "all of these are in use; remove those that are not");
  }

  /**
   * Returns whether the process of this folder was killed, so that its socket refuses connections.
   */
  private static boolean isAbandoned(Path folder) {
    try {
      SocketChannel.open(UnixDomainSocketAddress.of(socket(folder))).close();
      return false;
    } catch (IOException e) {
      return e instanceof ConnectException;
    }
  }

  /** Removes a folder unless another process has taken it over. */
  private static void removeAbandoned(Path folder) throws IOException {
    if (isAbandoned(folder)) {
      Files.deleteIfExists(socket(folder));
    }
    Files.deleteIfExists(folder);
  }

  DomainSocketAddress address() {
    return new DomainSocketAddress(socket.toString());
  }

  /** Returns whether the process runs and its socket exists. Does not block. */
  boolean listens() {
    return process.isAlive() && Files.exists(socket);
  }

  /** Ends the process. Running programs continue. */
  void end() {
    try {
      process.getOutputStream().close(); // then the process removes its folder and exits
      if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
      if (process.exitValue() != 0) {
        removeAbandoned(folder);
      }
    } catch (IOException e) {
      System.getLogger("dev.grpcos.gateway.exec")
          .log(Level.WARNING, "folder " + folder + " cannot be removed", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
