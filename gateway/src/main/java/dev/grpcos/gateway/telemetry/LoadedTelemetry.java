package dev.grpcos.gateway.telemetry;

import io.grpc.Metadata;

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
    return library.begin() ? ending(exporter.begin(call, metadata)) : CallSpan.NONE;
  }

  @Override
  public CallSpan begin(UpstreamCall call, Metadata metadata) {
    return library.begin() ? ending(exporter.begin(call, metadata)) : CallSpan.NONE;
  }

  private CallSpan ending(CallSpan span) {
    return status -> {
      span.end(status);
      library.end();
    };
  }

  @Override
  public void close() {
    exporter.close();
  }
}
