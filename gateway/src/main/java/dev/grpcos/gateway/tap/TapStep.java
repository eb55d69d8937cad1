package dev.grpcos.gateway.tap;

import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/** A step of a call, as the queue holds it: with the bytes of messages and with all metadata. */
sealed interface TapStep {
  /** The memory of a step without its content. */
  int OVERHEAD = 256;

  TappedCall call();

  /** Returns the estimated number of bytes in memory. */
  default long weight() {
    return OVERHEAD;
  }

  /** The call began. */
  record Began(TappedCall call) implements TapStep {
    @Override
    public long weight() {
      return OVERHEAD * 2 + weightOf(call.headers());
    }
  }

  /**
   * A message.
   *
   * @param nanos the time since the call began
   * @param content the encoded message, or a message object; null if it was too large
   * @param encoding the encoding of a compressed message, or null
   * @param size the size in bytes
   */
  record Sent(
      TappedCall call,
      long nanos,
      boolean response,
      @Nullable Object content,
      @Nullable String encoding,
      int size)
      implements TapStep {
    @Override
    public long weight() {
      return content == null ? OVERHEAD : OVERHEAD + (long) size;
    }
  }

  /** The caller has sent all requests. */
  record HalfClosed(TappedCall call, long nanos) implements TapStep {}

  /** The headers of the responses. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Answered(TappedCall call, long nanos, byte[][] headers) implements TapStep {
    @Override
    public long weight() {
      return OVERHEAD + weightOf(headers);
    }
  }

  /**
   * The end of a call. Each call in the queue has one, so it needs no room of its own.
   *
   * @param incomplete whether steps of the call are lost
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Ended(TappedCall call, long nanos, Status status, byte[][] trailers, boolean incomplete)
      implements TapStep {
    @Override
    public long weight() {
      return OVERHEAD + weightOf(trailers);
    }

    Ended asIncomplete() {
      return incomplete ? this : new Ended(call, nanos, status, trailers, true);
    }
  }

  private static long weightOf(byte[][] metadata) {
    long sum = 0;
    for (byte[] each : metadata) {
      sum += each == null ? 0 : each.length + 16L;
    }
    return sum;
  }
}
