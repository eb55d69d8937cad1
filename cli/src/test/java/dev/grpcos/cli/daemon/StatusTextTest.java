package dev.grpcos.cli.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import dev.grpcos.proto.admin.v1.GetStatusResponse;
import dev.grpcos.proto.admin.v1.ShadowedService;
import dev.grpcos.proto.admin.v1.Socket;
import dev.grpcos.proto.admin.v1.Upstream;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class StatusTextTest {
  private static GetStatusResponse.Builder status() {
    return GetStatusResponse.newBuilder()
        .setSocket("/run/g.sock")
        .setPid(42)
        .setUid(1000)
        .setStarted(Timestamp.newBuilder().setSeconds(1_000_000_000))
        .addServices("a.B")
        .addServices("c.D");
  }

  @Test
  void eachFactIsALineAndServicesAreLast() {
    List<String> lines = StatusText.of(status().build());
    assertThat(lines)
        .startsWith("state    serving", "socket   /run/g.sock", "pid      42 (uid 1000)")
        .endsWith("service  a.B", "service  c.D");
  }

  @Test
  void drainIsReported() {
    assertThat(StatusText.of(status().setDraining(true).build())).startsWith("state    draining");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0s",
    "59, 59s",
    "60, 1m 0s",
    "3725, 1h 2m 5s",
    "86400, 1d 0h 0m 0s",
    "93784, 1d 2h 3m 4s"
  })
  void uptimeHasItsLargestUnitFirst(long seconds, String text) {
    assertThat(
            StatusText.of(status().setUptime(Duration.newBuilder().setSeconds(seconds)).build())
                .get(3))
        .startsWith("uptime   ")
        .endsWith(" (since 2001-09-09T01:46:40Z)");
  }

  @Test
  void socketHasItsCounts() {
    Socket socket =
        Socket.newBuilder()
            .setPath("/run/ci.sock")
            .setMethods(12)
            .setTotal(143)
            .setCalls(4)
            .setRefused(1)
            .build();
    assertThat(StatusText.of(status().addSockets(socket).build()))
        .contains("socket   /run/ci.sock  12 of 143 methods, 4 calls, 1 refused");
  }

  @Test
  void upstreamHasItsStateAndItsLastError() {
    Upstream upstream =
        Upstream.newBuilder()
            .setName("billing")
            .setTarget("dns:///billing:443")
            .setServices(5)
            .addShadowed(ShadowedService.newBuilder().setService("a.B").setHolder("shop"))
            .addShadowed(ShadowedService.newBuilder().setService("c.D").setHolder("shop"))
            .setSince(Timestamp.newBuilder().setSeconds(1_000_000_000))
            .setLastError("connection refused")
            .build();
    assertThat(StatusText.of(status().addUpstreams(upstream).build()))
        .anySatisfy(
            line ->
                assertThat(line)
                    .startsWith("upstream billing ")
                    .endsWith(
                        "3 offered, 2 shadowed by shop, dns:///billing:443: connection refused"));
  }
}
