package dev.grpcos.gateway.prometheus;

import com.google.protobuf.Timestamp;
import dev.grpcos.proto.admin.v1.GetStatusResponse;
import dev.grpcos.proto.admin.v1.HttpAddress;
import dev.grpcos.proto.admin.v1.Memory;
import dev.grpcos.proto.admin.v1.Metrics;
import dev.grpcos.proto.admin.v1.Pool;
import dev.grpcos.proto.admin.v1.SocketConnections;
import dev.grpcos.proto.admin.v1.Upstream;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot.InfoDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** The metrics of the gateway itself: connections, queues, processes, credentials, memory. */
final class GatewayFamilies {
  private final List<MetricSnapshot> all = new ArrayList<>();

  private GatewayFamilies() {}

  static List<MetricSnapshot> of(GetStatusResponse status) {
    GatewayFamilies families = new GatewayFamilies();
    families.process(status);
    families.memory(status.getMemory());
    families.use(status.getMetrics());
    families.upstreams(status.getUpstreamsList());
    if (status.hasHttp()) {
      HttpAddress http = status.getHttp();
      families.counter(
          "grpcos_http_rejected_requests",
          "Requests over TCP that were refused because of their token, host or origin.",
          http.getRejected());
    }
    return families.all;
  }

  private void process(GetStatusResponse status) {
    all.add(
        new InfoSnapshot(
            MetricNames.of("grpcos_build", "The version of grpcos and of Java."),
            List.of(
                InfoDataPointSnapshot.builder()
                    .labels(
                        Labels.of(
                            "version",
                            status.getVersions().getGrpcos(),
                            "java",
                            status.getVersions().getJava()))
                    .build())));
    gauge("process_start_time_seconds", "The start of the gateway.", at(status.getStarted()));
    gauge("grpcos_draining", "1 while the gateway drains.", status.getDraining() ? 1 : 0);
  }

  private void memory(Memory memory) {
    gauge(
        "process_resident_memory_bytes",
        "The resident set size of the process.",
        memory.getRssBytes());
    gauge("grpcos_jvm_heap_used_bytes", "The used heap.", memory.getHeapUsedBytes());
    gauge(
        "grpcos_jvm_heap_committed_bytes",
        "The heap that is reserved from the system.",
        memory.getHeapCommittedBytes());
    gauge("grpcos_jvm_heap_max_bytes", "The maximum heap.", memory.getHeapMaxBytes());
    gauge("grpcos_jvm_direct_used_bytes", "The used direct memory.", memory.getDirectUsedBytes());
    gauge("grpcos_jvm_direct_max_bytes", "The maximum direct memory.", memory.getDirectMaxBytes());
  }

  private void use(Metrics metrics) {
    gauges(
        "grpcos_connections",
        "Open connections.",
        metrics.getConnectionsList(),
        each -> Labels.of("socket", each.getSocket()),
        SocketConnections::getOpen);
    gauge("grpcos_exec_processes", "Processes that run.", metrics.getProcesses().getRunning());
    gauge(
        "grpcos_exec_processes_limit",
        "The most processes that may run.",
        metrics.getProcesses().getLimit());
    List<Pool> pools = metrics.getProcesses().getPoolsList();
    Function<Pool, Labels> method = each -> Labels.of("grpc_method", each.getMethod());
    gauges(
        "grpcos_exec_pool_processes",
        "Processes of persistent programs.",
        pools,
        method,
        Pool::getProcesses);
    gauges(
        "grpcos_exec_pool_idle_processes",
        "Processes of persistent programs that serve no call.",
        pools,
        method,
        Pool::getIdle);
    gauges(
        "grpcos_exec_pool_waiting_calls",
        "Calls that wait for a process of a persistent program.",
        pools,
        method,
        Pool::getWaiting);
    gauge(
        "grpcos_audit_queued_records",
        "Audit records that wait to be written.",
        metrics.getAudit().getQueued());
    counter(
        "grpcos_audit_lost_records", "Audit records that were lost.", metrics.getAudit().getLost());
    gauge(
        "grpcos_message_memory_used_bytes",
        "The memory for messages in flight.",
        metrics.getMessages().getUsedBytes());
    gauge(
        "grpcos_message_memory_limit_bytes",
        "The most memory for messages in flight.",
        metrics.getMessages().getLimitBytes());
    all.add(
        new CounterSnapshot(
            MetricNames.of("grpcos_reloads", "Reloads of the configuration."),
            List.of(
                reloads("applied", metrics.getReloads().getApplied()),
                reloads("failed", metrics.getReloads().getFailed()))));
  }

  private static CounterDataPointSnapshot reloads(String result, long number) {
    return CounterDataPointSnapshot.builder()
        .labels(Labels.of("result", result))
        .value((double) number)
        .build();
  }

  private void upstreams(List<Upstream> upstreams) {
    gauges(
        "grpcos_upstream_ready",
        "1 while the upstream is connected.",
        upstreams,
        GatewayFamilies::upstream,
        each -> each.getState() == Upstream.State.READY ? 1 : 0);
    List<Upstream> withToken = upstreams.stream().filter(Upstream::hasCredentials).toList();
    gauges(
        "grpcos_token_valid",
        "1 while there is a token for the calls of the upstream.",
        withToken,
        GatewayFamilies::upstream,
        each -> each.getCredentials().getValid() ? 1 : 0);
    gauges(
        "grpcos_token_expiry_timestamp_seconds",
        "The time when the token for the calls of the upstream expires.",
        withToken.stream().filter(each -> each.getCredentials().hasExpires()).toList(),
        GatewayFamilies::upstream,
        each -> at(each.getCredentials().getExpires()));
    gauges(
        "grpcos_certificate_expiry_timestamp_seconds",
        "The time when the gateway's certificate for the upstream expires.",
        upstreams.stream()
            .filter(each -> each.hasCertificate() && each.getCertificate().hasExpires())
            .toList(),
        GatewayFamilies::upstream,
        each -> at(each.getCertificate().getExpires()));
  }

  private static Labels upstream(Upstream upstream) {
    return Labels.of("upstream", upstream.getName());
  }

  private static double at(Timestamp time) {
    return time.getSeconds() + time.getNanos() / 1e9;
  }

  private void counter(String name, String help, long value) {
    all.add(
        new CounterSnapshot(
            MetricNames.of(name, help),
            List.of(CounterDataPointSnapshot.builder().value((double) value).build())));
  }

  private void gauge(String name, String help, Number value) {
    gauges(name, help, List.of(value), each -> Labels.EMPTY, Number::doubleValue);
  }

  private <T> void gauges(
      String name,
      String help,
      List<T> from,
      Function<T, Labels> labels,
      ToDoubleFunction<T> value) {
    if (from.isEmpty()) {
      return;
    }
    all.add(
        new GaugeSnapshot(
            MetricNames.of(name, help),
            from.stream()
                .map(
                    each ->
                        GaugeDataPointSnapshot.builder()
                            .labels(labels.apply(each))
                            .value(value.applyAsDouble(each))
                            .build())
                .toList()));
  }
}
