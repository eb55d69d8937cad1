package dev.grpcos.gateway.telemetry;

import io.grpc.Metadata;
import java.util.function.Supplier;

/** An exporter whose library stays open until the spans of calls in flight have ended. */
final class LoadedTelemetry implements Telemetry {
  private final Telemetry exporter;
  private final LibraryUse library;

  /**
   * Wraps an exporter.
   *
   * @param exporter ends its own use of the library after its last export
   */
  LoadedTelemetry(Telemetry exporter, LibraryUse library) {
    this.exporter = exporter;
    this.library = library;
  }

  @Override
  public void start() {
    exporter.start();
  }

  @Override
  public CallSpan begin(TracedCall call, Metadata metadata) {
    return begin(() -> exporter.begin(call, metadata));
  }

  @Override
  public CallSpan begin(UpstreamCall call, Metadata metadata) {
    return begin(() -> exporter.begin(call, metadata));
  }

  /** Begins a span, which uses the library until it ends, even if it fails. */
  private CallSpan begin(Supplier<CallSpan> beginning) {
    if (!library.begin()) {
      return CallSpan.NONE;
    }
    CallSpan span;
    try {
      span = beginning.get();
    } catch (RuntimeException | Error e) {
      library.end();
      throw e;
    }
    return status -> {
      try {
        span.end(status);
      } finally {
        library.end();
      }
    };
  }

  @Override
  public void close() {
    exporter.close();
  }
}
