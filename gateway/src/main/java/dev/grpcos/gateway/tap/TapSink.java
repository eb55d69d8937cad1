package dev.grpcos.gateway.tap;

import dev.grpcos.proto.admin.v1.TapResponse;
import io.grpc.Status;

/** The receiver of a tap. All methods except {@link #isReady} are called on one thread. */
public interface TapSink {
  /** Returns whether the receiver can take another response without holding it in memory. */
  boolean isReady();

  void send(TapResponse response);

  /** Ends the tap; nothing follows. */
  void end(Status status);
}
