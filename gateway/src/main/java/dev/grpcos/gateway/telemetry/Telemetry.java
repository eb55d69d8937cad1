package dev.grpcos.gateway.telemetry;

import io.grpc.Metadata;

/**
 * Exports spans and metrics. No method blocks, except {@link #close}. Safe for use by any thread.
 */
public interface Telemetry extends AutoCloseable {
  /**
   * Begins the span of a call, a child of the span that the caller's metadata names.
   *
   * @param metadata gets the new span as {@code traceparent}, for the handler and for upstreams
   */
  CallSpan begin(TracedCall call, Metadata metadata);

  /** Exports what is left, for at most two seconds. */
  @Override
  void close();
}
