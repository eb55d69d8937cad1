package dev.grpcos.gateway.tap;

import dev.grpcos.proto.admin.v1.CallStep;
import org.jspecify.annotations.Nullable;

/** A step that taps have not sent yet, with its conversion. Not thread-safe. */
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
   * Returns the conversion that is kept, or null.
   *
   * @param messageBytes the size above which the content of a message is left out
   */
  @Nullable CallStep shown(int messageBytes) {
    return shownBytes == messageBytes ? shown : null;
  }

  /** Keeps a conversion. */
  void keep(CallStep conversion, int messageBytes) {
    shown = conversion;
    shownBytes = messageBytes;
  }

  /** Removes the conversion. */
  void forget() {
    shown = null;
  }
}
