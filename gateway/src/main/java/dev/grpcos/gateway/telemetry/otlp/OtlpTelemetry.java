package dev.grpcos.gateway.telemetry.otlp;

import dev.grpcos.gateway.config.OtlpConfig;
import dev.grpcos.gateway.failure.GatewayException;
import dev.grpcos.gateway.process.OwnProcess;
import dev.grpcos.gateway.process.Versions;
import dev.grpcos.gateway.telemetry.CallSpan;
import dev.grpcos.gateway.telemetry.Telemetry;
import dev.grpcos.gateway.telemetry.TracedCall;
import dev.grpcos.gateway.telemetry.UpstreamCall;
import dev.grpcos.proto.admin.v1.GetStatusResponse;
import io.grpc.Metadata;
import io.grpc.Status;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.TracerProvider;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.export.PeriodicMetricReader;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Exports spans and metrics to one collector.
 *
 * <p>Ended spans wait in a bounded queue, which drops spans that the collector does not take in
 * time. A span has the attributes that {@link RpcSpans} names. It has no metadata and no text of a
 * status, because these may contain secrets.
 */
public final class OtlpTelemetry implements Telemetry {
  private static final String SCOPE = "dev.grpcos.gateway";
  private static final int QUEUED_SPANS = 2048;
  private static final Duration CLOSE_TIME = Duration.ofSeconds(2);

  /** Kept, because a logger without references loses its level. */
  private static final Logger LIBRARY = Logger.getLogger("io.opentelemetry");

  private final TextMapPropagator propagator = W3CTraceContextPropagator.getInstance();
  private final OtlpConfig config;
  private final Supplier<GetStatusResponse> status;
  private final Runnable ended;
  private final Exporters exporters;
  private volatile @Nullable SdkTracerProvider traces;
  private volatile @Nullable SdkMeterProvider metrics;
  private volatile Tracer tracer = TracerProvider.noop().get(SCOPE);

  /**
   * Creates an exporter, which has no threads until it starts.
   *
   * @param status returns the status with metrics
   * @param ended runs once, on any thread, after the exporter is closed and has exported the rest
   * @throws GatewayException if a file cannot be read
   */
  public OtlpTelemetry(OtlpConfig config, Supplier<GetStatusResponse> status, Runnable ended)
      throws GatewayException {
    LIBRARY.setLevel(Level.OFF); // it logs stack traces; Exporters logs failures instead
    this.config = config;
    this.status = status;
    this.ended = ended;
    exporters = Exporters.of(config);
  }

  @Override
  public void start() {
    Resource resource =
        Resource.create(
            Attributes.builder()
                .put("service.name", "grpcos")
                .put("service.version", Versions.read().grpcos())
                .put("process.pid", OwnProcess.pid())
                .build());
    SdkTracerProvider provider =
        SdkTracerProvider.builder()
            .setResource(resource)
            .setSampler(Sampler.parentBased(Sampler.traceIdRatioBased(config.sample() / 100.0)))
            .addSpanProcessor(
                BatchSpanProcessor.builder(exporters.spans()).setMaxQueueSize(QUEUED_SPANS).build())
            .build();
    traces = provider;
    metrics =
        SdkMeterProvider.builder()
            .setResource(resource)
            .registerMetricReader(
                PeriodicMetricReader.builder(exporters.metrics())
                    .setInterval(config.interval())
                    .build())
            .registerMetricProducer(new StatusMetrics(status))
            .build();
    tracer = provider.get(SCOPE);
  }

  @Override
  public CallSpan begin(TracedCall call, Metadata metadata) {
    return begin(RpcSpans.server(tracer, call), RpcSpans.SERVER_ERRORS, metadata);
  }

  @Override
  public CallSpan begin(UpstreamCall call, Metadata metadata) {
    return begin(RpcSpans.client(tracer, call), RpcSpans.CLIENT_ERRORS, metadata);
  }

  private CallSpan begin(SpanBuilder builder, Set<Status.Code> errors, Metadata metadata) {
    Context parent = propagator.extract(Context.root(), metadata, TraceMetadata.READER);
    Span span = builder.setParent(parent).startSpan();
    TraceMetadata.remove(metadata);
    propagator.inject(parent.with(span), metadata, TraceMetadata.WRITER);
    return code -> RpcSpans.end(span, code, errors);
  }

  @Override
  public void close() {
    // The last export of metrics reads secrets, which may run a command.
    Thread closing = new Thread(this::shutDown, "grpcos-otlp-close");
    closing.setDaemon(true);
    closing.start();
    try {
      closing.join(CLOSE_TIME.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void shutDown() {
    SdkTracerProvider spans = traces;
    SdkMeterProvider meters = metrics;
    CompletableResultCode last =
        CompletableResultCode.ofAll(
            List.of(
                spans == null ? exporters.spans().shutdown() : spans.shutdown(),
                meters == null ? exporters.metrics().shutdown() : meters.shutdown()));
    last.whenComplete(ended).join(CLOSE_TIME.toMillis(), TimeUnit.MILLISECONDS);
  }
}
