package dev.grpcos.cli.call;

import dev.grpcos.cli.invocation.SizedInput;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A stream that measures the share of it that has been read. One thread reads. */
final class MeteredInput extends FilterInputStream {
  private final long size;
  private volatile long count;

  MeteredInput(InputStream stream) {
    super(stream);
    this.size = SizedInput.of(stream);
  }

  /** Returns the share, from 0 to 1, or NaN if the size is not known. Any thread may call this. */
  double share() {
    return size <= 0 ? Double.NaN : Math.min(1, (double) count / size);
  }

  @Override
  @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
  public int read() throws IOException {
    int b = super.read();
    count += b < 0 ? 0 : 1;
    return b;
  }

  @Override
  @SuppressWarnings("NonAtomicVolatileUpdate")
  public int read(byte[] bytes, int from, int length) throws IOException {
    int n = super.read(bytes, from, length);
    count += Math.max(0, n);
    return n;
  }
}
