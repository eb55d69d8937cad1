package dev.grpcos.gateway.telemetry.otlp;

import dev.grpcos.proto.admin.v1.Bytes;
import dev.grpcos.proto.admin.v1.GetStatusResponse;
import dev.grpcos.proto.admin.v1.MethodCalls;
import dev.grpcos.proto.admin.v1.Metrics;
import dev.grpcos.proto.admin.v1.StatusCalls;
import dev.grpcos.proto.admin.v1.Upstream;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.data.GaugeData;
import io.opentelemetry.sdk.metrics.data.HistogramData;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import io.opentelemetry.sdk.metrics.data.LongPointData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.MetricDataType;
import io.opentelemetry.sdk.metrics.data.SumData;
import io.opentelemetry.sdk.metrics.export.MetricProducer;
import io.opentelemetry.sdk.resources.Resource;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The gateway's own counters as OpenTelemetry's metrics, so that both kinds of metrics are the
 * same.
 *
 * @see <a href="https://github.com/grpc/proposal/blob/master/A66-otel-stats.md">gRFC A66</a>
 */
final class StatusMetrics implements MetricProducer {
  private static final AttributeKey<String> METHOD = AttributeKey.stringKey("grpc.method");
  private static final AttributeKey<String> STATUS = AttributeKey.stringKey("grpc.status");
  private static final AttributeKey<String> ROUTE = AttributeKey.stringKey("grpcos.route");
  private static final AttributeKey<String> SOCKET = AttributeKey.stringKey("grpcos.socket");
  private static final AttributeKey<String> UPSTREAM = AttributeKey.stringKey("grpcos.upstream");
  private static final AttributeKey<String> RESULT = AttributeKey.stringKey("result");

  private final Supplier<GetStatusResponse> source;

  /** Creates a producer; the argument returns the status with metrics. */
  StatusMetrics(Supplier<GetStatusResponse> source) {
    this.source = source;
  }

  @Override
  public Collection<MetricData> produce(Resource resource) {
    return new Report(resource, source.get()).all();
  }

  /** A distribution: bounds, the counts of their buckets, and the sum. */
  private record BoundedCounts(List<Double> bounds, List<Long> counts, double sum) {}

  /** The metrics at one time. */
  private static final class Report {
    private final Resource resource;
    private final GetStatusResponse status;
    private final Metrics metrics;
    private final long begin;
    private final long now;
    private final List<MetricData> all = new ArrayList<>();

    Report(Resource resource, GetStatusResponse status) {
      this.resource = resource;
      this.status = status;
      metrics = status.getMetrics();
      begin =
          TimeUnit.SECONDS.toNanos(status.getStarted().getSeconds())
              + status.getStarted().getNanos();
      Instant time = Instant.now();
      now = TimeUnit.SECONDS.toNanos(time.getEpochSecond()) + time.getNano();
    }

    List<MetricData> all() {
      calls();
      counter(
          "grpcos.reloads",
          "Reloads of the configuration.",
          "{reload}",
          List.of(
              point(Attributes.of(RESULT, "applied"), metrics.getReloads().getApplied()),
              point(Attributes.of(RESULT, "failed"), metrics.getReloads().getFailed())));
      gauge(
          "grpcos.connections",
          "Open connections.",
          "{connection}",
          metrics.getConnectionsList().stream()
              .map(each -> point(Attributes.of(SOCKET, each.getSocket()), each.getOpen()))
              .toList());
      gauge(
          "grpcos.exec.processes", "Processes.", "{process}", metrics.getProcesses().getRunning());
      gauge(
          "grpcos.message_memory.used",
          "The memory for messages in flight.",
          "By",
          metrics.getMessages().getUsedBytes());
      gauge(
          "process.memory.usage", "The resident set size.", "By", status.getMemory().getRssBytes());
      gauge(
          "grpcos.upstream.ready",
          "1 while the upstream is connected.",
          "1",
          status.getUpstreamsList().stream()
              .map(
                  each ->
                      point(
                          Attributes.of(UPSTREAM, each.getName()),
                          each.getState() == Upstream.State.READY ? 1 : 0))
              .toList());
      return all;
    }

    private void calls() {
      List<Double> seconds = metrics.getSecondsBoundsList();
      List<Double> bytes = metrics.getBytesBoundsList().stream().map(Number::doubleValue).toList();
      counter(
          "grpc.server.call.started",
          "Calls, including refused calls.",
          "{call}",
          metrics.getMethodsList().stream()
              .map(each -> point(attributes(each), each.getStarted()))
              .toList());
      histogram(
          "grpc.server.call.duration",
          "The time from the start of a call to its status.",
          "s",
          each ->
              new BoundedCounts(
                  seconds, each.getSeconds().getCountsList(), each.getSeconds().getSum()));
      histogram(
          "grpc.server.call.sent_total_compressed_message_size",
          "The bytes of all responses of a call, compressed.",
          "By",
          each -> sizes(bytes, each.getSent()));
      histogram(
          "grpc.server.call.rcvd_total_compressed_message_size",
          "The bytes of all requests of a call, compressed.",
          "By",
          each -> sizes(bytes, each.getReceived()));
    }

    private static BoundedCounts sizes(List<Double> bounds, Bytes bytes) {
      return new BoundedCounts(bounds, bytes.getCountsList(), (double) bytes.getSum());
    }

    private static Attributes attributes(MethodCalls calls) {
      return Attributes.of(
          METHOD, calls.getMethod(), ROUTE, calls.getRoute(), SOCKET, calls.getSocket());
    }

    private LongPointData point(Attributes attributes, long value) {
      return LongPointData.create(begin, now, attributes, value);
    }

    private void counter(String name, String description, String unit, List<LongPointData> points) {
      add(
          new ExportedMetric(
              resource,
              name,
              description,
              unit,
              MetricDataType.LONG_SUM,
              SumData.createLongSumData(true, AggregationTemporality.CUMULATIVE, points)));
    }

    private void gauge(String name, String description, String unit, long value) {
      gauge(name, description, unit, List.of(point(Attributes.empty(), value)));
    }

    private void gauge(String name, String description, String unit, List<LongPointData> points) {
      add(
          new ExportedMetric(
              resource,
              name,
              description,
              unit,
              MetricDataType.LONG_GAUGE,
              GaugeData.createLongGaugeData(points)));
    }

    private void histogram(
        String name, String description, String unit, Function<StatusCalls, BoundedCounts> values) {
      List<HistogramPointData> points = new ArrayList<>();
      for (MethodCalls method : metrics.getMethodsList()) {
        for (StatusCalls each : method.getStatusesList()) {
          BoundedCounts counts = values.apply(each);
          points.add(
              HistogramPointData.create(
                  begin,
                  now,
                  attributes(method).toBuilder().put(STATUS, each.getStatus()).build(),
                  counts.sum(),
                  false,
                  0,
                  false,
                  0,
                  counts.bounds(),
                  counts.counts()));
        }
      }
      add(
          new ExportedMetric(
              resource,
              name,
              description,
              unit,
              MetricDataType.HISTOGRAM,
              HistogramData.create(AggregationTemporality.CUMULATIVE, points)));
    }

    private void add(MetricData metric) {
      if (!metric.isEmpty()) {
        all.add(metric);
      }
    }
  }
}
