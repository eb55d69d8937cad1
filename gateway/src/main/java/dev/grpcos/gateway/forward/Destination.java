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
   * @param headers the headers to send, or null if there are no credentials
   * @param failure the reason why there are none, or OK
   */
  record Authorization(@Nullable AddedHeaders headers, Status failure) {}

  /**
   * Returns the status of a call that failed in transit, with a one-line description for the
   * caller.
   */
  Status explain(Status status);

  /** Returns the status of a call that got no connection within {@link #connectTimeout}. */
  Status unreached();

  /** Returns the longest time for which a call may wait for a connection. */
  Duration connectTimeout();

  /** Returns the lane for a call that was accepted on this thread. */
  Lane lane();

  /**
   * Returns the time for which a call should wait before it begins. Called right before a call
   * begins: if the last attempt to connect failed, the call triggers another one, which several
   * calls may share.
   *
   * @return nanoseconds to wait before the next call of this method; 0 in the usual case
   */
  long pause(Lane lane);

  /** Returns the longest time of a call, or null if only the caller limits it. */
  @Nullable Duration deadline();

  /** Returns whether the gateway adds credentials to calls. */
  boolean authorizes();

  /** Records the status of a call that failed in transit. */
  void failed(Status status);

  /** Records that the server answered a call with UNAUTHENTICATED. */
  void unauthenticated();

  /**
   * Passes the credentials of a call to the callback: immediately if they are known, otherwise
   * later on any thread.
   */
  void authorize(Consumer<Authorization> then);
}
