package dev.grpcos.cli.session;

import java.util.concurrent.Semaphore;

/**
 * The bound on lines that are read and not yet used: calls that wait for a place, and requests that
 * wait for a server. When there is no room, no further line is read.
 *
 * <p>One thread takes room, and one releases it. Released room is returned in large parts, so that
 * the threads rarely wait for each other; {@link #settle} returns the rest.
 */
final class LineRoom {
  /** The total size of these lines in bytes. A longer line needs all of it. */
  static final int MAX_BYTES = 1 << 20;

  /**
   * The size as which a short line counts, so that short lines are bounded as well: to 256. With
   * more, the calls that wait would outlive collections of garbage, which then take most of the
   * time.
   */
  static final int LEAST_BYTES = 4096;

  private static final int RETURNED_AT_ONCE = MAX_BYTES / 4;

  private final Semaphore free = new Semaphore(MAX_BYTES);

  /** Used by the thread that releases. */
  private int released;

  /**
   * Takes room for a line.
   *
   * @return the number to release
   */
  int take(int bytes) throws InterruptedException {
    int size = Math.max(LEAST_BYTES, Math.min(MAX_BYTES, bytes));
    free.acquire(size);
    return size;
  }

  void release(int size) {
    released += size;
    if (released >= RETURNED_AT_ONCE) {
      settle();
    }
  }

  /** Returns all released room; called before the thread waits. */
  void settle() {
    if (released > 0) {
      free.release(released);
      released = 0;
    }
  }
}
