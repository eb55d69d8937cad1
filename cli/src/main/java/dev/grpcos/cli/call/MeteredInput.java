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
 * a request of several blocks. One thread reads.
 */
public final class MeteredInput extends FilterInputStream {
  /** The memory that a request needs for each byte of its text: strings and the message. */
  private static final int CONVERSION = 4;

  private final MessageAccount account;
  private final String subject;
  private final long size;
  private volatile long count;

  /** The bytes of the last block, which are charged if the request does not end in it. */
  private int block;

  /**
   * Creates a stream of requests.
   *
   * @param account is charged with a request until it is complete
   */
  public MeteredInput(InputStream stream, MessageAccount account) {
    this(stream, account, "the request");
  }

  /**
   * Creates a stream of other content.
   *
   * @param account is charged with the content until the command ends
   * @param subject names the content in messages
   */
  public MeteredInput(InputStream stream, MessageAccount account, String subject) {
    super(stream);
    this.account = account;
    this.subject = subject;
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
  public void release() {
    account.release();
    account.begin();
    block = 0; // the rest belongs to other requests, which may be small
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
      throw new CallFailedException(e.getStatus(), null, subject)
          .advising("set GRPCOS_COLD=1 to run without the gateway");
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
    if (block > 0) {
      charge(block);
    }
    int n = super.read(bytes, from, length);
    block = Math.max(0, n);
    count += block;
    return n;
  }
}
