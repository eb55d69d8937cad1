package dev.grpcos.gateway.telemetry.otlp;

import io.grpc.Metadata;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapSetter;
import java.util.List;
import java.util.Objects;

/**
 * The metadata that names the span of a caller.
 *
 * @see <a href="https://www.w3.org/TR/trace-context/">Trace Context</a>
 */
final class TraceMetadata {
  private static final List<Metadata.Key<String>> KEYS =
      List.of(key("traceparent"), key("tracestate"));

  /** Reads the span of the caller. */
  static final TextMapGetter<Metadata> READER =
      (metadata, name) -> Objects.requireNonNull(metadata).get(key(name));

  /** Writes the span, for the handler and for upstreams. */
  static final TextMapSetter<Metadata> WRITER =
      (metadata, name, value) -> Objects.requireNonNull(metadata).put(key(name), value);

  private TraceMetadata() {}

  /** Removes the span of the caller. */
  static void remove(Metadata metadata) {
    KEYS.forEach(metadata::discardAll);
  }

  private static Metadata.Key<String> key(String name) {
    return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
  }
}
