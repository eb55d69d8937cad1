package dev.grpcos.cli.daemon;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.nio.channels.Channels;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Appends to a log file that another program may move away, see logrotate(8).
 *
 * <p>Safe for use by any thread.
 */
public final class LogStream extends OutputStream {
  private static final System.Logger LOG = System.getLogger("dev.grpcos.cli.gateway");

  private static final int ATTEMPTS = 10;

  private static final Set<OpenOption> APPEND =
      Set.of(StandardOpenOption.APPEND, LinkOption.NOFOLLOW_LINKS);
  private static final Set<OpenOption> CREATE =
      Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.APPEND);
  private static final FileAttribute<Set<PosixFilePermission>> PRIVATE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private final Path path;
  private OutputStream file;

  LogStream(Path path) throws IOException {
    this.path = path;
    this.file = open(path);
  }

  /**
   * Opens a file to append to it; a new one has mode 0600.
   *
   * @throws IOException if it is not a regular file of this user, or in a folder of another user
   */
  static OutputStream open(Path path) throws IOException {
    LogPlace.requireFolder(path);
    for (int attempt = 1; ; attempt++) {
      boolean there = LogPlace.hasOwnFile(path);
      try {
        return Channels.newOutputStream(
            Files.newByteChannel(path, there ? APPEND : CREATE, PRIVATE));
      } catch (FileAlreadyExistsException | NoSuchFileException e) {
        // logrotate(8) moved the file away or created a new one at this moment.
        if (attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  /**
   * Opens the path again, so that further lines go to the file that has this name now. If that
   * fails, the previous file stays in use, and a warning is logged to it.
   */
  public synchronized void reopen() {
    OutputStream previous = file;
    try {
      file = open(path);
      previous.close();
    } catch (IOException e) {
      LOG.log(
          Level.WARNING,
          "log {0} can''t be opened again: {1}; logging continues to the previous file",
          path,
          e);
    }
  }

  @Override
  public synchronized void write(int b) throws IOException {
    file.write(b);
  }

  @Override
  public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
    file.write(bytes, offset, length);
  }

  @Override
  public synchronized void close() throws IOException {
    file.close();
  }
}
