package dev.grpcos.cli.call;

import dev.grpcos.gateway.limit.MessageAccount;
import io.grpc.StatusRuntimeException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Charges each large response of a call until it is delivered. The thread of the transport charges
 * responses that arrive, another one those that are delivered.
 */
final class ResponseCharge {
  /** The size of a response above which its memory is charged. */
  private static final int LARGE = 64 << 10;

  /** The memory that a response needs while it is delivered, for each byte: message and text. */
  private static final int DELIVERY = 2;

  private final MessageAccount memory;

  /** The bytes that are charged and not released. */
  private final AtomicLong charged = new AtomicLong();

  ResponseCharge(MessageAccount memory) {
    this.memory = memory;
  }

  /**
   * Charges a response that has arrived.
   *
   * @throws StatusRuntimeException if it does not fit
   */
  void arrived(int bytes) {
    charge(bytes, 1);
  }

  /**
   * Charges the delivery of a response.
   *
   * @throws StatusRuntimeException if it does not fit
   */
  void delivering(int bytes) {
    charge(bytes, DELIVERY);
  }

  /** Releases a response and its delivery. */
  void delivered(int bytes) {
    if (bytes > LARGE) {
      release((1L + DELIVERY) * bytes);
    }
  }

  /** Releases all responses; called after the last one has arrived. */
  void close() {
    release(charged.get());
  }

  private void charge(int bytes, int times) {
    if (bytes > LARGE) {
      long size = (long) times * bytes;
      memory.hold(size);
      charged.addAndGet(size);
    }
  }

  private void release(long size) {
    if (size > 0) {
      charged.addAndGet(-size);
      memory.drop(size);
    }
  }
}
