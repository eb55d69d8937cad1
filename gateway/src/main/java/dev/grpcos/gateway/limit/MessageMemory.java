package dev.grpcos.gateway.limit;

import dev.grpcos.gateway.process.JvmMemory;
import io.grpc.Status;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * The memory for messages in flight, {@code limits.memory}. Safe for use by any thread.
 *
 * <p>A part is reserved for the gateway's user and root at the owner's socket, so that other
 * callers cannot stop their calls. It is small, because with little memory the rest must hold one
 * message of the largest size.
 *
 * <p>A call acquires memory as its message arrives, so of several large messages at least one
 * always gets through. Small messages have memory of their own, so that large ones do not delay
 * them: a part of what is left of the JVM's memory for messages. If it is used up, they take the
 * memory of large ones.
 */
public final class MessageMemory {
  /** The status of a call whose message does not fit. */
  public static final Status EXHAUSTED =
      Status.RESOURCE_EXHAUSTED.withDescription(
          "the messages in flight need more memory than limits.memory of the gateway; try again"
              + " later, or send less");

  private static final int RESERVED_PART = 32;

  /** The part of the JVM's other memory for messages that small messages may use. */
  private static final int SMALL_PART = 4;

  private final LongSupplier most;
  private final long jvm;
  private final AtomicLong used = new AtomicLong();
  private final AtomicLong usedSmall = new AtomicLong();

  /**
   * Creates a budget of which nothing is used.
   *
   * @param most returns the current limit in bytes
   */
  public MessageMemory(LongSupplier most) {
    this(most, JvmMemory.forMessages());
  }

  /**
   * @param jvm the JVM's memory for messages
   */
  MessageMemory(LongSupplier most, long jvm) {
    this.most = most;
    this.jvm = jvm;
  }

  /** Returns an account for the messages in one direction of a call. */
  public MessageAccount account() {
    return new MessageAccount(this);
  }

  /**
   * Returns an account for messages.
   *
   * @param reserve whether they may use the reserved part
   */
  public MessageAccount account(boolean reserve) {
    MessageAccount account = account();
    if (reserve) {
      account.useReserve();
    }
    return account;
  }

  /**
   * Takes this many bytes; returns false if fewer are left.
   *
   * @param privileged whether the reserved part may be used
   */
  boolean tryAcquire(long bytes, boolean privileged) {
    long limit = most.getAsLong();
    if (used.addAndGet(bytes) <= (privileged ? limit : limit - limit / RESERVED_PART)) {
      return true;
    }
    used.addAndGet(-bytes);
    return false;
  }

  void release(long bytes) {
    used.addAndGet(-bytes);
  }

  /** Takes this many bytes for a small message; returns false if fewer are left. */
  boolean tryAcquireSmall(long bytes) {
    if (usedSmall.addAndGet(bytes) <= (jvm - most.getAsLong()) / SMALL_PART) {
      return true;
    }
    usedSmall.addAndGet(-bytes);
    return false;
  }

  void releaseSmall(long bytes) {
    usedSmall.addAndGet(-bytes);
  }

  /** Returns the current limit in bytes. */
  public long limit() {
    return most.getAsLong();
  }

  /** Returns the number of bytes in use. */
  public long used() {
    return used.get();
  }
}
