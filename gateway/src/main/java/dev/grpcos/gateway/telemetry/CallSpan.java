package dev.grpcos.gateway.telemetry;

import io.grpc.Status;

/** The span of a call. */
public interface CallSpan {
  /** The span of a call that is not traced. */
  CallSpan NONE = status -> {};

  /** Ends the span; called once. */
  void end(Status.Code status);
}
