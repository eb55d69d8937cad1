package dev.grpcos.cli.inprocess;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/**
 * A standard output in memory, which a test reads and can make fail. Safe for use by any thread.
 */
public final class MemoryOutput extends OutputStream {
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private volatile @Nullable String failure;

  /** Makes every further write fail for this reason, such as "Broken pipe". */
  void fail(String reason) {
    failure = reason;
  }

  /** Returns the bytes written so far. */
  public byte[] bytes() {
    return written.toByteArray();
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int count) throws IOException {
    String reason = failure;
    if (reason != null) {
      throw new IOException(reason);
    }
    written.write(bytes, offset, count);
  }
}
