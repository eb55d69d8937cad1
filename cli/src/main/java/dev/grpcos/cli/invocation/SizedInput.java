package dev.grpcos.cli.invocation;

import java.io.FilterInputStream;
import java.io.InputStream;

/** An input whose size may be known, because it is a regular file. */
public interface SizedInput {
  /** Returns the number of bytes that were left when the input was opened; -1 if unknown. */
  long size();

  /** Returns the size of any stream; -1 if unknown. */
  static long of(InputStream stream) {
    return stream instanceof SizedInput sized ? sized.size() : -1;
  }

  /** Returns the stream with this size. */
  static InputStream with(long size, InputStream stream) {
    final class Sized extends FilterInputStream implements SizedInput {
      Sized() {
        super(stream);
      }

      @Override
      public long size() {
        return size;
      }
    }

    return new Sized();
  }
}
