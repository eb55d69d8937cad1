package dev.grpcos.gateway.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import dev.grpcos.proto.admin.v1.Bytes;
import dev.grpcos.proto.admin.v1.Credentials;
import dev.grpcos.proto.admin.v1.GetStatusResponse;
import dev.grpcos.proto.admin.v1.MethodCalls;
import dev.grpcos.proto.admin.v1.Metrics;
import dev.grpcos.proto.admin.v1.Pool;
import dev.grpcos.proto.admin.v1.Processes;
import dev.grpcos.proto.admin.v1.Seconds;
import dev.grpcos.proto.admin.v1.SocketConnections;
import dev.grpcos.proto.admin.v1.StatusCalls;
import dev.grpcos.proto.admin.v1.Upstream;
import java.util.List;
import org.junit.jupiter.api.Test;

class PrometheusTextTest {
  private static final Timestamp TIME = Timestamp.newBuilder().setSeconds(1_800_000_000).build();

  private static GetStatusResponse status() {
    StatusCalls ok =
        StatusCalls.newBuilder()
            .setStatus("OK")
            .setCalls(3)
            .setSeconds(Seconds.newBuilder().setSum(0.5).addAllCounts(List.of(1L, 1L, 1L)))
            .setReceived(Bytes.newBuilder().setSum(7).addAllCounts(List.of(0L, 3L)))
            .setSent(Bytes.newBuilder().setSum(4000).addAllCounts(List.of(0L, 3L)))
            .build();
    return GetStatusResponse.newBuilder()
        .setMetrics(
            Metrics.newBuilder()
                .addAllSecondsBounds(List.of(0.001, 0.5))
                .addBytesBounds(0)
                .addMethods(
                    MethodCalls.newBuilder()
                        .setMethod("a.S/M")
                        .setRoute("upstream:u")
                        .setSocket("g\"\\.sock")
                        .setStarted(4)
                        .setInFlight(1)
                        .addStatuses(ok))
                .addConnections(SocketConnections.newBuilder().setSocket("g.sock").setOpen(2))
                .setProcesses(
                    Processes.newBuilder()
                        .addPools(Pool.newBuilder().setMethod("a.S/P").setWaiting(5))))
        .addUpstreams(
            Upstream.newBuilder()
                .setName("u")
                .setState(Upstream.State.READY)
                .setCredentials(Credentials.newBuilder().setValid(true).setExpires(TIME))
                .setCertificate(Credentials.newBuilder().setValid(true).setExpires(TIME)))
        .addUpstreams(Upstream.newBuilder().setName("v").setState(Upstream.State.FAILING))
        .build();
  }

  @Test
  void callsHaveTheStandardNames() {
    String labels = "grpc_method=\"a.S/M\",route=\"upstream:u\",socket=\"g\\\"\\\\.sock\"";
    String withStatus =
        "grpc_method=\"a.S/M\",grpc_status=\"OK\",route=\"upstream:u\",socket=\"g\\\"\\\\.sock\"";

    assertThat(PrometheusText.of(status()))
        .contains(
            "# TYPE grpc_server_call_started_total counter\n"
                + "grpc_server_call_started_total{"
                + labels
                + "} 4.0\n",
            "# TYPE grpc_server_call_duration_seconds histogram\n",
            "grpc_server_call_duration_seconds_bucket{" + withStatus + ",le=\"0.001\"} 1\n",
            "grpc_server_call_duration_seconds_bucket{" + withStatus + ",le=\"0.5\"} 2\n",
            "grpc_server_call_duration_seconds_bucket{" + withStatus + ",le=\"+Inf\"} 3\n",
            "grpc_server_call_duration_seconds_count{" + withStatus + "} 3\n",
            "grpc_server_call_duration_seconds_sum{" + withStatus + "} 0.5\n",
            "grpc_server_call_sent_total_compressed_message_size_bytes_sum{"
                + withStatus
                + "} 4000.0\n",
            "grpc_server_call_rcvd_total_compressed_message_size_bytes_sum{"
                + withStatus
                + "} 7.0\n",
            "grpcos_calls_in_flight{" + labels + "} 1.0\n");
  }

  @Test
  void gatewayHasItsOwnMetrics() {
    assertThat(PrometheusText.of(status()).lines())
        .contains(
            "grpcos_connections{socket=\"g.sock\"} 2.0",
            "grpcos_exec_pool_waiting_calls{grpc_method=\"a.S/P\"} 5.0",
            "grpcos_upstream_ready{upstream=\"u\"} 1.0",
            "grpcos_upstream_ready{upstream=\"v\"} 0.0",
            "grpcos_token_expiry_timestamp_seconds{upstream=\"u\"} 1.8E9",
            "grpcos_certificate_expiry_timestamp_seconds{upstream=\"u\"} 1.8E9",
            "grpcos_reloads_total{result=\"failed\"} 0.0");
  }
}
