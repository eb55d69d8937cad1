package dev.grpcos.cli.invocation;

import java.io.IOException;
import java.io.OutputStream;
import java.util.function.BooleanSupplier;

/**
 * An unbuffered stream that watches for the loss of its reader from the first write at which this
 * is possible.
 */
final class WatchedOutput extends OutputStream {
  private final OutputStream stream;
  private final BooleanSupplier watch;
  private boolean watched;

  /**
   * Creates a stream around another one.
   *
   * @param watch starts watching; returns false if it is too early
   */
  WatchedOutput(OutputStream stream, BooleanSupplier watch) {
    this.stream = stream;
    this.watch = watch;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int from, int count) throws IOException {
    stream.write(bytes, from, count);
    watched = watched || watch.getAsBoolean();
  }
}
