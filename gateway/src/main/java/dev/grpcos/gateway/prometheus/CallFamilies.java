package dev.grpcos.gateway.prometheus;

import dev.grpcos.proto.admin.v1.Bytes;
import dev.grpcos.proto.admin.v1.MethodCalls;
import dev.grpcos.proto.admin.v1.Metrics;
import dev.grpcos.proto.admin.v1.StatusCalls;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.Unit;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The metrics of calls, with gRPC's standard names in Prometheus' form.
 *
 * @see <a href="https://github.com/grpc/proposal/blob/master/A66-otel-stats.md">gRFC A66</a>
 */
final class CallFamilies {
  private CallFamilies() {}

  /** A distribution in Prometheus' form: bounds, counts of their buckets, and the sum. */
  private record BucketValues(List<Double> bounds, List<Long> counts, double sum) {}

  static List<MetricSnapshot> of(Metrics metrics) {
    List<Double> seconds = withInfinity(metrics.getSecondsBoundsList());
    List<Double> bytes = withInfinity(metrics.getBytesBoundsList());
    return List.of(
        started(metrics),
        inFlight(metrics),
        histogram(
            "grpc_server_call_duration",
            "The time from the start of a call to its status.",
            Unit.SECONDS,
            metrics,
            each ->
                new BucketValues(
                    seconds, each.getSeconds().getCountsList(), each.getSeconds().getSum())),
        histogram(
            "grpc_server_call_sent_total_compressed_message_size",
            "The bytes of all responses of a call, compressed.",
            Unit.BYTES,
            metrics,
            each -> sizes(bytes, each.getSent())),
        histogram(
            "grpc_server_call_rcvd_total_compressed_message_size",
            "The bytes of all requests of a call, compressed.",
            Unit.BYTES,
            metrics,
            each -> sizes(bytes, each.getReceived())));
  }

  private static BucketValues sizes(List<Double> bounds, Bytes bytes) {
    return new BucketValues(bounds, bytes.getCountsList(), bytes.getSum());
  }

  private static MetricSnapshot started(Metrics metrics) {
    return new CounterSnapshot(
        MetricNames.of("grpc_server_call_started", "Calls, including refused calls."),
        metrics.getMethodsList().stream()
            .map(
                each ->
                    CounterDataPointSnapshot.builder()
                        .labels(labels(each))
                        .value((double) each.getStarted())
                        .build())
            .toList());
  }

  private static MetricSnapshot inFlight(Metrics metrics) {
    return new GaugeSnapshot(
        MetricNames.of("grpcos_calls_in_flight", "Calls that have not ended."),
        metrics.getMethodsList().stream()
            .map(
                each ->
                    GaugeDataPointSnapshot.builder()
                        .labels(labels(each))
                        .value((double) each.getInFlight())
                        .build())
            .toList());
  }

  private static MetricSnapshot histogram(
      String name,
      String help,
      Unit unit,
      Metrics metrics,
      Function<StatusCalls, BucketValues> values) {
    return new HistogramSnapshot(
        MetricNames.of(name, help, unit),
        metrics.getMethodsList().stream()
            .flatMap(
                method ->
                    method.getStatusesList().stream()
                        .map(
                            status ->
                                point(
                                    labels(method).add("grpc_status", status.getStatus()),
                                    values.apply(status))))
            .toList());
  }

  private static HistogramDataPointSnapshot point(Labels labels, BucketValues values) {
    return HistogramDataPointSnapshot.builder()
        .labels(labels)
        .classicHistogramBuckets(ClassicHistogramBuckets.of(values.bounds(), values.counts()))
        .sum(values.sum())
        .build();
  }

  private static Labels labels(MethodCalls calls) {
    return Labels.of(
        "grpc_method", calls.getMethod(), "route", calls.getRoute(), "socket", calls.getSocket());
  }

  private static List<Double> withInfinity(List<? extends Number> bounds) {
    return Stream.concat(
            bounds.stream().map(Number::doubleValue), Stream.of(Double.POSITIVE_INFINITY))
        .toList();
  }
}
