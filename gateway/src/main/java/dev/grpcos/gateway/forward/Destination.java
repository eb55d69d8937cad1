package dev.grpcos.gateway.forward;

import io.grpc.Status;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The server that calls are forwarded to. No method blocks; safe for use by any thread. */
public interface Destination {
  /**
   * The gateway's credentials for a call.
   *
   * @param header value of {@code authorization}, or null if there is none
   * @param failure why there is none, or OK
   */
  record Authorization(@Nullable String header, Status failure) {}

  /**
   * Returns the status of a call that failed in transit, with a one-line description for the
   * caller.
   */
  Status explain(Status status);

  /** Returns the status of a call that got no connection within {@link #connectTimeout}. */
  Status unreached();

  /** Returns how long a call may wait for a connection. */
  Duration connectTimeout();

  /** Returns the lane for a call that was accepted on this thread. */
  Lane lane();

  /**
   * Prepares the connection right before a call starts: if the last attempt to connect failed, the
   * call is a reason for another, which it may share with other calls.
   *
   * @return how many nanoseconds the call waits before it asks again; mostly 0
   */
  long pause(Lane lane);

  /** Returns the longest that a call may take, or null if only its caller decides. */
  @Nullable Duration deadline();

  /** Returns whether {@code authorization} is the gateway's own, and not the caller's. */
  boolean authorizes();

  /** Notes the status of a call that failed on the way. */
  void failed(Status status);

  /** Provides the credentials of a call: at once if they are known, otherwise on any thread. */
  void authorize(Consumer<Authorization> then);
}
