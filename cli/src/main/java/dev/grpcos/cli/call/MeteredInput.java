package dev.grpcos.cli.call;

import dev.grpcos.cli.failure.CallFailedException;
import dev.grpcos.cli.invocation.SizedInput;
import dev.grpcos.gateway.limit.MessageAccount;
import dev.grpcos.gateway.limit.MessageMemory;
import io.grpc.StatusRuntimeException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * A stream of requests that measures the share of it that has been read, and charges the memory for
 * a large request. One thread reads.
 */
final class MeteredInput extends FilterInputStream {
  /** The memory that a request needs for each byte of its text: strings and the message. */
  private static final int CONVERSION = 4;

  private final MessageAccount account;
  private final long size;
  private volatile long count;

  /**
   * @param account is charged with the text of a request until it is complete
   */
  MeteredInput(InputStream stream, MessageAccount account) {
    super(stream);
    this.account = account;
    this.size = SizedInput.of(stream);
  }

  /** Returns a stream whose requests are charged to no account. */
  static MeteredInput uncharged(InputStream stream) {
    return new MeteredInput(stream, new MessageMemory(() -> Long.MAX_VALUE).account());
  }

  /** Returns the share, from 0 to 1, or NaN if the size is not known. Any thread may call this. */
  double share() {
    return size <= 0 ? Double.NaN : Math.min(1, (double) count / size);
  }

  /** Notes that a request is complete; its call charges the message. */
  void release() {
    account.release();
    account.begin();
  }

  /**
   * Charges a part of the request.
   *
   * @throws CallFailedException RESOURCE_EXHAUSTED if the gateway has no memory for it
   */
  private void charge(int bytes) {
    try {
      account.add((long) CONVERSION * bytes);
    } catch (StatusRuntimeException e) {
      throw new CallFailedException(
          e.getStatus(), null, "the request", "set GRPCOS_COLD=1 to run without the gateway");
    }
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
    if (n > 0) {
      count += n;
      charge(n);
    }
    return n;
  }
}
