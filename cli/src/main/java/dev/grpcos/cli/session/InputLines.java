package dev.grpcos.cli.session;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Splits an input into lines, each as soon as it is complete. Memory is bounded by one line. Used
 * by one thread.
 */
final class InputLines {
  private static final int BLOCK = 64 * 1024;

  /** The part of a line that is kept if the line is too long. */
  private static final int KEPT = 1024;

  private final InputStream in;
  private final int maxBytes;
  private final byte[] block = new byte[BLOCK];
  private int next;
  private int end;
  private boolean ended;
  private long number;

  /**
   * A line without its line feed.
   *
   * @param number counts from 1
   * @param bytes the line; its beginning if it is too long
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record InputLine(long number, byte[] bytes, boolean tooLong) {
    boolean isBlank() {
      for (byte b : bytes) {
        if (b != ' ' && b != '\t' && b != '\r') {
          return false;
        }
      }
      return true;
    }
  }

  /**
   * Creates a splitter.
   *
   * @param maxBytes the maximum length of a line
   */
  InputLines(InputStream in, int maxBytes) {
    this.in = in;
    this.maxBytes = maxBytes;
  }

  /** Returns the next line, or null at the end of the input. The last line may lack a line feed. */
  @Nullable InputLine next() {
    if (!fill()) {
      return null;
    }
    number++;
    int feed = lineFeed();
    if (feed >= 0) {
      byte[] line = Arrays.copyOfRange(block, next, feed);
      next = feed + 1;
      return new InputLine(number, line, line.length > maxBytes);
    }
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    boolean tooLong = false;
    do {
      feed = lineFeed();
      int stop = feed < 0 ? end : feed;
      int count = stop - next;
      if (!tooLong && line.size() + (long) count > maxBytes) {
        tooLong = true;
        line.write(block, next, Math.min(count, Math.max(0, KEPT - line.size())));
        byte[] begin = line.toByteArray();
        line = new ByteArrayOutputStream();
        line.write(begin, 0, Math.min(begin.length, KEPT));
      } else if (!tooLong) {
        line.write(block, next, count);
      }
      next = feed < 0 ? end : feed + 1;
    } while (feed < 0 && fill());
    return new InputLine(number, line.toByteArray(), tooLong);
  }

  private int lineFeed() {
    for (int i = next; i < end; i++) {
      if (block[i] == '\n') {
        return i;
      }
    }
    return -1;
  }

  /** Reads a block if the last one is used up; returns false at the end of the input. */
  private boolean fill() {
    // A terminal continues after its end of file, so the end is remembered.
    if (next == end && !ended) {
      try {
        next = 0;
        end = Math.max(0, in.read(block));
        ended = end == 0;
      } catch (IOException e) {
        throw new UncheckedIOException("standard input cannot be read: " + e.getMessage(), e);
      }
    }
    return next < end;
  }
}
