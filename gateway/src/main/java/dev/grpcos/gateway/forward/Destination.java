package dev.grpcos.gateway.forward;

import io.grpc.Status;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The server that calls are passed on to. No method blocks; safe for use by any thread. */
public interface Destination {
  /**
   * What the gateway proves itself with in a call.
   *
   * @param header value of {@code authorization}; null where there is none to be had
   * @param failure why there is none; OK where there is one
   */
  record Authorization(@Nullable String header, Status failure) {}

  /** The status of a call that failed on the way, described for the caller in one line. */
  Status explain(Status status);

  /** The status of a call for which there was no connection within {@link #connectTimeout}. */
  Status unreached();

  /** How long a call may wait for a connection. */
  Duration connectTimeout();

  /** The lane for a call that was accepted on this thread. */
  Lane lane();

  /**
   * Is asked right before a call begins: where the last attempt to connect failed, the call is a
   * reason for another, which other calls may be part of.
   *
   * @return for how many nanoseconds the call should wait, and then ask again; mostly 0
   */
  long pause(Lane lane);

  /** The longest that a call may take; null where only its caller decides. */
  @Nullable Duration deadline();

  /** Whether {@code authorization} is the gateway's own, and not the caller's. */
  boolean authorizes();

  /** Is told of a call that failed on the way, and why. */
  void failed(Status status);

  /** Gives what a call is authorized with: at once where it is at hand, else from any thread. */
  void authorize(Consumer<Authorization> then);
}
