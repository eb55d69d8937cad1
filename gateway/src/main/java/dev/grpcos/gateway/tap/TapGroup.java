package dev.grpcos.gateway.tap;

import java.util.concurrent.atomic.LongAdder;

/**
 * The taps that select the same calls, so that each call is checked once for all of them. Safe for
 * use by any thread.
 */
final class TapGroup {
  private final TapFilter filter;
  private final int messageBytes;
  private final LongAdder missed = new LongAdder();
  private volatile boolean open = true;

  /**
   * Creates an open group.
   *
   * @param messageBytes the size above which the content of a message is not reported
   */
  TapGroup(TapFilter filter, int messageBytes) {
    this.filter = filter;
    this.messageBytes = messageBytes;
  }

  TapFilter filter() {
    return filter;
  }

  int messageBytes() {
    return messageBytes;
  }

  /** Returns whether the taps of this group select the same calls. */
  boolean isFor(TapFilter other, int otherBytes) {
    return messageBytes == otherBytes && filter.equals(other);
  }

  /** Opens the group if one of its taps can take more, or closes it. */
  void open(boolean value) {
    open = value;
  }

  boolean isOpen() {
    return open;
  }

  /** Counts a call that no tap of the group reports because there was no room. */
  void miss() {
    missed.increment();
  }

  /** Returns the number of calls that {@link #miss} has counted. */
  long missed() {
    return missed.sum();
  }
}
