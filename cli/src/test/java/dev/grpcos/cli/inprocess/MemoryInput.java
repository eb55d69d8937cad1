package dev.grpcos.cli.inprocess;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * A standard input that a test writes to. As with a pipe, a read waits for bytes or for the end,
 * and returns the bytes of at most one write. One thread reads; any thread writes.
 */
public final class MemoryInput extends InputStream {
  private static final byte[] END = new byte[0];

  private final BlockingQueue<byte[]> blocks = new LinkedBlockingQueue<>();
  private byte[] block = new byte[0];
  private int position;

  /** Adds bytes to read. */
  void type(byte[] bytes) {
    if (bytes.length > 0) {
      blocks.add(bytes.clone());
    }
  }

  /** Ends the input after the typed bytes. */
  void end() {
    blocks.add(END);
  }

  @Override
  public int read() throws IOException {
    return fill() ? block[position++] & 0xff : -1;
  }

  @Override
  public int read(byte[] bytes, int offset, int count) throws IOException {
    Objects.checkFromIndexSize(offset, count, bytes.length);
    if (count == 0) {
      return 0;
    }
    if (!fill()) {
      return -1;
    }
    int part = Math.min(count, available());
    System.arraycopy(block, position, bytes, offset, part);
    position += part;
    return part;
  }

  @Override
  public int available() {
    return block.length - position;
  }

  /** Waits for a byte; returns false at the end, also when called again. */
  private boolean fill() throws IOException {
    if (available() == 0 && block != END) {
      try {
        block = blocks.take();
        position = 0;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted");
      }
    }
    return block != END;
  }
}
