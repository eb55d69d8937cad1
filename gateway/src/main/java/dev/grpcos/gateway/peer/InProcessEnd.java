package dev.grpcos.gateway.peer;

import io.grpc.Attributes;
import io.grpc.CallOptions;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.ServerCall;
import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/**
 * The status with which the gateway ends an in-process call from the side of its client. The
 * transport reports only that the client cancelled the call. Safe for use by any thread.
 */
public final class InProcessEnd {
  private static final CallOptions.Key<InProcessEnd> OPTION =
      CallOptions.Key.create("grpcos-in-process-end");
  static final Attributes.Key<InProcessEnd> KEY = Attributes.Key.create("grpcos-in-process-end");

  private volatile Status.@Nullable Code code;

  /** Returns options for the call that this object is about. */
  public CallOptions addTo(CallOptions options) {
    return options.withOption(OPTION, this);
  }

  static @Nullable InProcessEnd of(CallOptions options) {
    return options.getOption(OPTION);
  }

  /** Sets the status that the client gets; called before the call is ended. */
  public void set(Status status) {
    code = status.getCode();
  }

  /** Returns the status, for records, of the cancelled call of the current context. */
  public static Status.Code ofCancelled(ServerCall<?, ?> call) {
    InProcessEnd end = call.getAttributes().get(KEY);
    Status.Code given = end == null ? null : end.code;
    if (given != null) {
      return given;
    }
    Deadline deadline = Context.current().getDeadline();
    return deadline != null && deadline.isExpired()
        ? Status.Code.DEADLINE_EXCEEDED
        : Status.Code.CANCELLED;
  }
}
