package dev.grpcos.gateway.limit;

import io.grpc.StatusRuntimeException;

/**
 * The memory of the messages in one direction of a call.
 *
 * <p>A message is charged while it arrives, and until it has been passed on. Its first bytes are
 * free, and the next ones are charged to the memory for small messages. The thread of the transport
 * adds to the account; any thread may release it.
 */
public final class MessageAccount {
  /** The bytes of each message that are free of charge. */
  private static final int FREE = 4 << 10;

  /** The bytes of each message that the memory for small messages holds. */
  private static final int SMALL = 64 << 10;

  /** The memory of the objects for one DATA frame, which may have a single byte. */
  private static final int FRAME_OVERHEAD = 128;

  private final MessageMemory memory;

  /** The bytes of the arriving message. */
  private long arriving;

  // Changed with the lock held. Most calls acquire nothing, and need no lock to see that.
  private volatile long acquired;
  private volatile long acquiredSmall;

  private volatile boolean privileged;
  private boolean closed;

  MessageAccount(MessageMemory memory) {
    this.memory = memory;
  }

  /** Returns an empty account of the same memory, which may use the same part of it. */
  public MessageAccount another() {
    return memory.account(privileged);
  }

  /** Lets the account use the memory that is reserved for the owner. */
  public void useReserve() {
    privileged = true;
  }

  /** Notes that a message begins to arrive. */
  public void begin() {
    arriving = 0;
  }

  /**
   * Charges a part of the message. If it does not fit, the account is closed.
   *
   * @throws StatusRuntimeException {@link MessageMemory#EXHAUSTED} if it does not fit
   */
  public void arrive(long bytes) {
    add(bytes + FRAME_OVERHEAD);
  }

  /**
   * Charges a copy of the message, or another form of it. If it does not fit, the account is
   * closed.
   *
   * @throws StatusRuntimeException {@link MessageMemory#EXHAUSTED} if it does not fit
   */
  public void add(long bytes) {
    long before = arriving;
    arriving += bytes;
    if (arriving > FREE) {
      acquire(small(arriving) - small(before), Math.max(arriving, SMALL) - Math.max(before, SMALL));
    }
  }

  private static long small(long bytes) {
    return Math.min(Math.max(bytes, FREE), SMALL);
  }

  private synchronized void acquire(long small, long large) {
    if (closed) {
      return;
    }
    long bytes = large;
    if (small > 0 && memory.tryAcquireSmall(small)) {
      acquiredSmall += small;
    } else {
      bytes += small;
    }
    if (bytes > 0 && !memory.tryAcquire(bytes, privileged)) {
      close(); // so that one of several large messages gets through
      throw MessageMemory.EXHAUSTED.asRuntimeException();
    }
    acquired += bytes;
  }

  /**
   * Charges bytes that are held, apart from an arriving message. Any thread may do so.
   *
   * @throws StatusRuntimeException {@link MessageMemory#EXHAUSTED} if they do not fit
   */
  public synchronized void hold(long bytes) {
    if (closed) {
      return;
    }
    if (!memory.tryAcquire(bytes, privileged)) {
      throw MessageMemory.EXHAUSTED.asRuntimeException();
    }
    acquired += bytes;
  }

  /** Releases bytes that were held. Any thread may do so. */
  public synchronized void drop(long bytes) {
    if (!closed) {
      acquired -= bytes;
      memory.release(bytes);
    }
  }

  /** Releases the messages, which have been passed on. None may be arriving. */
  public void release() {
    if (acquired > 0 || acquiredSmall > 0) {
      releaseAll();
    }
  }

  private synchronized void releaseAll() {
    memory.release(acquired);
    memory.releaseSmall(acquiredSmall);
    acquired = 0;
    acquiredSmall = 0;
  }

  /** Releases the messages, and charges no others, because the call has ended. */
  public synchronized void close() {
    closed = true;
    release();
  }
}
