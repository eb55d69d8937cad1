package dev.grpcos.cli.call;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/**
 * A stream whose reads end at the end of a line, so that a reader never holds more than the current
 * line. Used by one thread.
 */
final class TypedLines extends InputStream {
  private static final int BLOCK = 4096;

  private final InputStream stream;
  private final byte[] block = new byte[BLOCK];
  private int next;
  private int end;
  private long lines;
  private boolean atLineStart = true;
  private boolean ended;

  TypedLines(InputStream stream) {
    this.stream = stream;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int from, int length) throws IOException {
    Objects.checkFromIndexSize(from, length, bytes.length);
    if (length == 0) {
      return 0;
    }
    if (!fill()) {
      return -1;
    }
    int count = 0;
    atLineStart = false;
    while (count < length && next < end && !atLineStart) {
      byte b = block[next++];
      bytes[from + count++] = b;
      atLineStart = b == '\n';
    }
    lines += atLineStart ? 1 : 0;
    return count;
  }

  /** Reads a block if the last one is used up; returns false at the end of the input. */
  private boolean fill() throws IOException {
    // A terminal continues after its end of file, so the end is remembered.
    if (next == end && !ended) {
      next = 0;
      end = Math.max(0, stream.read(block));
      ended = end == 0;
    }
    return next < end;
  }

  /** Skips what is left of the current line; does nothing if the line has been read to its end. */
  void skipLine() throws IOException {
    byte[] one = new byte[1];
    boolean more = true;
    while (more && !atLineStart) {
      more = read(one, 0, 1) > 0;
    }
  }

  /** Returns the number of the next line to read, from 1. */
  long line() {
    return lines + 1;
  }
}
