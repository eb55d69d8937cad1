package dev.grpcos.cli.call;

/**
 * Decides when a call requests its next response, so that the received and not yet delivered
 * responses take bounded memory.
 *
 * <p>Closed at first: only the one response is received that the call requests at its start. Opened
 * at the call's turn. Responses are received on the transport's thread, and delivered on the thread
 * that opens the window.
 */
final class ResponseWindow {
  /**
   * The number of waiting bytes above which no more responses are requested. It is large enough
   * that both sides work in batches, and small enough that a slow reader soon stops the server.
   */
  private static final int MAX_WAITING = 256 * 1024;

  /** Delivered bytes are counted in batches of this size, so that threads seldom share the lock. */
  private static final int COUNTED_AT_ONCE = MAX_WAITING / 8;

  /** The approximate memory that a response takes in addition to its own bytes. */
  private static final int OVERHEAD = 128;

  private final Object lock = new Object();

  /** The number of bytes received and not yet delivered; guarded by the lock. */
  private long waiting;

  /** Written under the lock by the delivering thread, which may read it without. */
  private boolean open;

  /** Whether a request for the next response is due; written under the lock. */
  private volatile boolean due;

  /** The number of delivered bytes that still count as waiting; used by the delivering thread. */
  private int uncounted;

  /** Opens the window. */
  void open() {
    synchronized (lock) {
      open = true;
    }
  }

  /** Returns whether the window is open. Only the delivering thread may call this. */
  boolean isOpen() {
    return open;
  }

  /**
   * Counts a received response.
   *
   * @return whether to request the next one now; if not, {@link #delivered} returns when it is due
   */
  boolean received(int bytes) {
    synchronized (lock) {
      waiting += bytes + OVERHEAD;
      due = !open || waiting >= MAX_WAITING;
      return !due;
    }
  }

  /**
   * Counts a delivered response.
   *
   * @return whether to request a due response: half of the permitted bytes are free again
   */
  boolean delivered(int bytes) {
    uncounted += bytes + OVERHEAD;
    // A response that becomes due later is requested here as well.
    if (uncounted < COUNTED_AT_ONCE && !due) {
      return false;
    }
    synchronized (lock) {
      waiting -= uncounted;
      uncounted = 0;
      if (!due || waiting > MAX_WAITING / 2) {
        return false;
      }
      due = false;
      return true;
    }
  }
}
