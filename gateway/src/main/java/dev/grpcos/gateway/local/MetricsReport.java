package dev.grpcos.gateway.local;

import dev.grpcos.gateway.exec.PoolUse;
import dev.grpcos.gateway.exec.ProcessUse;
import dev.grpcos.gateway.metrics.Buckets;
import dev.grpcos.gateway.metrics.CallCounts;
import dev.grpcos.gateway.metrics.CallerCounts;
import dev.grpcos.gateway.metrics.EndedCalls;
import dev.grpcos.gateway.metrics.HistogramCounts;
import dev.grpcos.gateway.peer.PeerIdentity;
import dev.grpcos.proto.admin.v1.AuditQueue;
import dev.grpcos.proto.admin.v1.Bytes;
import dev.grpcos.proto.admin.v1.CallerCalls;
import dev.grpcos.proto.admin.v1.MessageMemory;
import dev.grpcos.proto.admin.v1.MethodCalls;
import dev.grpcos.proto.admin.v1.Metrics;
import dev.grpcos.proto.admin.v1.Pool;
import dev.grpcos.proto.admin.v1.Processes;
import dev.grpcos.proto.admin.v1.Reloads;
import dev.grpcos.proto.admin.v1.Seconds;
import dev.grpcos.proto.admin.v1.SocketConnections;
import dev.grpcos.proto.admin.v1.StatusCalls;
import io.grpc.Status;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The part of the gateway's status with counters and the use of resources. */
final class MetricsReport {
  private static final double NANOS = 1e9;
  private static final String OTHER = "other";

  private MetricsReport() {}

  /** Returns the counters now. */
  static Metrics of(GatewayStatus gateway) {
    ResourceUse use = gateway.resources();
    Metrics.Builder metrics =
        Metrics.newBuilder()
            .addAllSecondsBounds(
                Buckets.DURATION.bounds().stream().map(nanos -> nanos / NANOS).toList())
            .addAllBytesBounds(Buckets.SIZE.bounds())
            .addAllMethods(
                gateway.callsByMethod().stream()
                    .sorted(
                        Comparator.comparing(CallCounts::method)
                            .thenComparing(CallCounts::route)
                            .thenComparing(CallCounts::socket))
                    .map(MetricsReport::method)
                    .toList())
            .addAllCallers(gateway.callsByUser().stream().map(MetricsReport::caller).toList())
            .setProcesses(processes(use.processes()))
            .setAudit(
                AuditQueue.newBuilder()
                    .setQueued(use.audit().queued())
                    .setLimit(use.audit().limit())
                    .setLost(use.audit().lost()))
            .setMessages(
                MessageMemory.newBuilder()
                    .setUsedBytes(use.messageBytes())
                    .setLimitBytes(use.messageLimit()))
            .setReloads(
                Reloads.newBuilder()
                    .setApplied(use.reloadsApplied())
                    .setFailed(use.reloadsFailed()));
    use.connections()
        .forEach(
            (socket, open) ->
                metrics.addConnections(
                    SocketConnections.newBuilder().setSocket(socket).setOpen(open)));
    return metrics.build();
  }

  private static MethodCalls method(CallCounts counts) {
    MethodCalls.Builder method =
        MethodCalls.newBuilder()
            .setMethod(counts.method())
            .setRoute(counts.route())
            .setSocket(counts.socket())
            .setStarted(counts.started())
            .setInFlight(counts.inFlight());
    Map<Status.Code, EndedCalls> sorted = new TreeMap<>(counts.ended());
    sorted.forEach((status, ended) -> method.addStatuses(status(status, ended)));
    return method.build();
  }

  private static StatusCalls status(Status.Code status, EndedCalls ended) {
    return StatusCalls.newBuilder()
        .setStatus(status.name())
        .setCalls(ended.durations().counts().stream().mapToLong(each -> each).sum())
        .setSeconds(seconds(ended.durations()))
        .setReceived(bytes(ended.received()))
        .setSent(bytes(ended.sent()))
        .build();
  }

  private static CallerCalls caller(CallerCounts counts) {
    return CallerCalls.newBuilder()
        .setUid(uid(counts.share()))
        .setStarted(counts.started())
        .setInFlight(counts.inFlight())
        .setFailed(counts.failed())
        .setSeconds(seconds(counts.ended().durations()))
        .setReceived(bytes(counts.ended().received()))
        .setSent(bytes(counts.ended().sent()))
        .build();
  }

  private static String uid(@Nullable Integer share) {
    if (share == null) {
      return OTHER;
    }
    return share == PeerIdentity.TCP_SHARE ? "tcp" : Integer.toUnsignedString(share);
  }

  /**
   * Returns the use of processes, with one pool for each method. A method has more pools for a
   * while when its service ended and joined again.
   */
  static Processes processes(ProcessUse use) {
    Map<String, Pool> pools = new LinkedHashMap<>();
    for (PoolUse pool : use.pools()) {
      pools.merge(
          pool.method(),
          Pool.newBuilder()
              .setMethod(pool.method())
              .setProcesses(pool.processes())
              .setIdle(pool.idle())
              .setWaiting(pool.waiting())
              .setLimit(pool.limit())
              .build(),
          MetricsReport::sum);
    }
    return Processes.newBuilder()
        .setRunning(use.running())
        .setLimit(use.limit())
        .addAllPools(pools.values())
        .build();
  }

  private static Pool sum(Pool one, Pool other) {
    return one.toBuilder()
        .setProcesses(one.getProcesses() + other.getProcesses())
        .setIdle(one.getIdle() + other.getIdle())
        .setWaiting(one.getWaiting() + other.getWaiting())
        .setLimit(one.getLimit() + other.getLimit())
        .build();
  }

  private static Seconds seconds(HistogramCounts nanos) {
    return Seconds.newBuilder().setSum(nanos.sum() / NANOS).addAllCounts(nanos.counts()).build();
  }

  private static Bytes bytes(HistogramCounts sizes) {
    return Bytes.newBuilder().setSum(sizes.sum()).addAllCounts(sizes.counts()).build();
  }
}
