package dev.grpcos.cli.top;

import dev.grpcos.proto.admin.v1.Bytes;
import dev.grpcos.proto.admin.v1.CallerCalls;
import dev.grpcos.proto.admin.v1.GetStatusResponse;
import dev.grpcos.proto.admin.v1.MethodCalls;
import dev.grpcos.proto.admin.v1.Metrics;
import dev.grpcos.proto.admin.v1.Seconds;
import dev.grpcos.proto.admin.v1.StatusCalls;
import java.util.List;
import java.util.stream.Stream;

/** Statuses of a gateway, for tests. */
final class Samples {
  private Samples() {}

  /** Returns the calls of one method, of which each took 1.5 seconds, and received 100 bytes. */
  static MethodCalls calls(String method, String route, long ok, long failed) {
    return MethodCalls.newBuilder()
        .setMethod(method)
        .setRoute(route)
        .setSocket("g.sock")
        .setStarted(ok + failed)
        .addStatuses(status("OK", ok))
        .addStatuses(status("INTERNAL", failed))
        .build();
  }

  private static StatusCalls status(String name, long calls) {
    return StatusCalls.newBuilder()
        .setStatus(name)
        .setCalls(calls)
        .setSeconds(seconds(calls))
        .setReceived(Bytes.newBuilder().setSum(100 * calls))
        .build();
  }

  private static Seconds seconds(long calls) {
    return Seconds.newBuilder().addAllCounts(List.of(0L, calls, 0L)).build();
  }

  /** Returns a status in which one user has made all calls. */
  static GetStatusResponse status(MethodCalls... methods) {
    long calls = Stream.of(methods).mapToLong(MethodCalls::getStarted).sum();
    return GetStatusResponse.newBuilder()
        .setMetrics(
            Metrics.newBuilder()
                .addAllSecondsBounds(List.of(1.0, 2.0))
                .addAllMethods(List.of(methods))
                .addCallers(
                    CallerCalls.newBuilder()
                        .setUid("4711")
                        .setStarted(calls)
                        .setSeconds(seconds(calls))))
        .build();
  }
}
