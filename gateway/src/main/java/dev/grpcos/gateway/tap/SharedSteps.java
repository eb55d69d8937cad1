package dev.grpcos.gateway.tap;

import dev.grpcos.proto.admin.v1.CallStep;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * Converts each step once for all taps. A step whose conversion is larger than its weight is
 * converted again if too many others have been converted since: a compressed message may be a
 * thousand times as large. Not thread-safe.
 */
final class SharedSteps {
  private final TapWriter writer;
  private final Queue<LargeConversion> large = new ArrayDeque<>();
  private long bytes;

  private record LargeConversion(PendingStep step, int size) {}

  SharedSteps(TapWriter writer) {
    this.writer = writer;
  }

  /**
   * Returns a step for the receiver of a tap.
   *
   * @param messageBytes the size above which the content of a message is left out
   */
  CallStep shown(PendingStep pending, int messageBytes) {
    CallStep known = pending.shown(messageBytes);
    if (known != null) {
      return known;
    }
    CallStep shown = writer.step(pending.step(), messageBytes);
    if (pending.step().call().followers().size() > 1) {
      pending.keep(shown, messageBytes);
      if (shown.getSerializedSize() > pending.step().weight()) {
        large.add(new LargeConversion(pending, shown.getSerializedSize()));
        bytes += shown.getSerializedSize();
      }
    }
    return shown;
  }

  /** Removes the oldest conversions that are larger than their steps, until they take less. */
  void limit(long most) {
    while (bytes > most) {
      LargeConversion oldest = large.remove();
      bytes -= oldest.size();
      oldest.step().forget();
    }
  }
}
