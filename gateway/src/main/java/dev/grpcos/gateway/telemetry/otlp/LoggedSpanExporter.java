package dev.grpcos.gateway.telemetry.otlp;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Collection;

/** An exporter of spans whose failures are logged. */
record LoggedSpanExporter(SpanExporter exporter, ExportFailures failures) implements SpanExporter {
  @Override
  public CompletableResultCode export(Collection<SpanData> spans) {
    return failures.watch(ExportFailures.Signal.SPANS, exporter.export(spans));
  }

  @Override
  public CompletableResultCode flush() {
    return exporter.flush();
  }

  @Override
  public CompletableResultCode shutdown() {
    return exporter.shutdown();
  }
}
