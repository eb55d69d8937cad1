package dev.grpcos.gateway.telemetry;

import io.grpc.Metadata;

/**
 * Exports spans and metrics. No method blocks, except {@link #close}. Safe for use by any thread.
 */
public interface Telemetry extends AutoCloseable {
  /** Starts the export, once. Before it, spans are dropped and nothing connects. */
  void start();

  /**
   * Begins the span of a call, a child of the span that the caller's metadata names.
   *
   * @param metadata gets the new span as {@code traceparent}, for the handler and for upstreams
   */
  CallSpan begin(TracedCall call, Metadata metadata);

  /**
   * Begins the span of a call to an upstream, a child of the span that the metadata names.
   *
   * @param metadata gets the new span as {@code traceparent}, for the upstream
   */
  CallSpan begin(UpstreamCall call, Metadata metadata);

  /**
   * Exports what is left, if the export has started. Waits for at most two seconds, after which the
   * rest is exported in the background.
   */
  @Override
  void close();
}
