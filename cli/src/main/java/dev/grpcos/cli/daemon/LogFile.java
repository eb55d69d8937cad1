package dev.grpcos.cli.daemon;

import dev.grpcos.cli.failure.CliException;
import dev.grpcos.cli.output.StandardOutput;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The log file of a gateway.
 *
 * <p>The log of a gateway in the background is beside its socket. A log of more than {@link
 * #MAX_BYTES} is renamed at a start, and replaces the previous old log.
 */
public final class LogFile {
  private static final long MAX_BYTES = 4 << 20;
  private static final int BLOCK = 1 << 16;
  private static final long POLL_MILLIS = 200;

  private final Path path;

  private LogFile(Path path) {
    this.path = path;
  }

  /** Returns the log of the gateway with this socket. */
  public static LogFile of(Path socket) {
    return new LogFile(socket.resolveSibling(socket.getFileName() + ".log"));
  }

  /** Returns the log at a path that the user chose. */
  public static LogFile at(Path path) {
    return new LogFile(path);
  }

  Path path() {
    return path;
  }

  /**
   * Opens the log to append to it.
   *
   * @throws CliException FAILURE if the log cannot be opened
   */
  public LogStream append() {
    try {
      rotate();
      return new LogStream(path);
    } catch (IOException e) {
      throw CliException.failure(e, "cannot open the log %s: %s", path, e.getMessage());
    }
  }

  /**
   * Creates the file, readable only by the user, unless it exists, and returns its length.
   *
   * @throws IOException if it is not a regular file of this user, or in a folder of another user
   */
  long open() throws IOException {
    rotate();
    LogStream.open(path).close();
    return Files.size(path);
  }

  private void rotate() throws IOException {
    LogPlace.requireFolder(path);
    if (LogPlace.hasOwnFile(path) && Files.size(path) > MAX_BYTES) {
      Files.move(
          path,
          path.resolveSibling(path.getFileName() + ".1"),
          StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /**
   * Prints the last lines.
   *
   * @return the length of the file
   * @throws CliException FAILURE if there is no such file
   */
  public long print(int lines, StandardOutput output) {
    try (RandomAccessFile file = read()) {
      long end = file.length();
      return copy(file, startOfLast(lines, file, end), end, output);
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  /** Returns the text that was written after this position; of a long text, the last block. */
  String since(long position) {
    try (RandomAccessFile file = read()) {
      file.seek(Math.max(position, file.length() - BLOCK));
      byte[] bytes = new byte[(int) Math.max(0, file.length() - file.getFilePointer())];
      file.readFully(bytes);
      return new String(bytes, java.nio.charset.StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  /**
   * Prints lines that are added to the file, until the thread is interrupted or the output is
   * closed.
   */
  public void follow(long from, StandardOutput output) throws InterruptedException {
    long position = from;
    @Nullable Object inode = inode();
    while (true) {
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
      Object now = inode();
      if (now == null) {
        continue; // moved away, and not opened again yet
      }
      try (RandomAccessFile file = read()) {
        long end = file.length();
        boolean replaced = !now.equals(inode) || end < position;
        inode = now;
        position = copy(file, replaced ? 0 : position, end, output);
      } catch (IOException e) {
        throw unreadable(e);
      }
    }
  }

  private RandomAccessFile read() throws IOException {
    LogPlace.requireReadable(path);
    return new RandomAccessFile(path.toFile(), "r");
  }

  private @Nullable Object inode() {
    try {
      return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
    } catch (NoSuchFileException e) {
      return null;
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private static long copy(RandomAccessFile file, long from, long to, StandardOutput output)
      throws IOException {
    byte[] block = new byte[BLOCK];
    long position = from;
    file.seek(from);
    while (position < to) {
      int read = file.read(block, 0, (int) Math.min(BLOCK, to - position));
      if (read < 0) {
        break;
      }
      output.write(stream -> stream.write(block, 0, read));
      position += read;
    }
    return position;
  }

  private static long startOfLast(int lines, RandomAccessFile file, long end) throws IOException {
    byte[] block = new byte[BLOCK];
    int left = lines;
    long position = end;
    while (position > 0) {
      int size = (int) Math.min(BLOCK, position);
      position -= size;
      file.seek(position);
      file.readFully(block, 0, size);
      for (int i = size - 1; i >= 0; i--) {
        // The line feed at the end of the file begins no line.
        if (block[i] == '\n' && position + i < end - 1 && --left == 0) {
          return position + i + 1;
        }
      }
    }
    return lines == 0 ? end : 0;
  }

  private CliException unreadable(IOException e) {
    return e instanceof NoSuchFileException || e instanceof java.io.FileNotFoundException
        ? CliException.failure(
            e, "no log at %s: only 'grpcos gateway start' writes one", path.toString())
        : CliException.failure(e, "cannot read the log %s: %s", path, e.getMessage());
  }
}
