package dev.grpcos.cli.session;

import java.util.concurrent.Semaphore;

/**
 * The bound on lines that are read and not yet used: calls that wait for a place, and requests that
 * wait for a server. When there is no room, no further line is read. Any thread may release room.
 */
final class LineRoom {
  /** The total size of these lines in bytes. A longer line needs all of it. */
  static final int MAX_BYTES = 1 << 20;

  /** The size as which a short line counts, so that short lines are bounded as well: to 1,024. */
  static final int LEAST_BYTES = 1024;

  private final Semaphore free = new Semaphore(MAX_BYTES);

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
    free.release(size);
  }

  /** Returns whether no line holds room. */
  boolean isEmpty() {
    return free.availablePermits() == MAX_BYTES;
  }
}
