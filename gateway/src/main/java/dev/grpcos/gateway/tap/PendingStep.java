package dev.grpcos.gateway.tap;

import dev.grpcos.proto.admin.v1.CallStep;
import org.jspecify.annotations.Nullable;

/**
 * A step that taps have not sent yet. It is converted once for all of them, unless the result is
 * larger than its weight: a compressed message may be a thousand times as large. Not thread-safe.
 */
final class PendingStep {
  private final TapStep step;
  private @Nullable CallStep shown;
  private int shownBytes;

  PendingStep(TapStep step) {
    this.step = step;
  }

  TapStep step() {
    return step;
  }

  /** Returns the estimated number of bytes in memory, also after the conversion. */
  long weight() {
    return 2 * step.weight();
  }

  /**
   * Returns the step for the receiver of a tap.
   *
   * @param messageBytes the size above which the content of a message is left out
   */
  CallStep shown(TapWriter writer, int messageBytes) {
    CallStep known = shown;
    if (known == null || shownBytes != messageBytes) {
      known = writer.step(step, messageBytes);
      shown = known.getSerializedSize() <= step.weight() ? known : null;
      shownBytes = messageBytes;
    }
    return known;
  }
}
