package dev.grpcos.cli.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import dev.grpcos.proto.admin.v1.Credentials;
import dev.grpcos.proto.admin.v1.GetStatusResponse;
import dev.grpcos.proto.admin.v1.HttpAddress;
import dev.grpcos.proto.admin.v1.Launch;
import dev.grpcos.proto.admin.v1.Reload;
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
        .startsWith(
            "state    serving",
            "socket   /run/g.sock",
            "config   built-in",
            "pid      42 (uid 1000)")
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
                .get(4))
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
  void tcpAddressHasItsUserAndItsCounts() {
    HttpAddress http =
        HttpAddress.newBuilder()
            .setAddress("127.0.0.1:8080")
            .setUid(-2)
            .setMethods(12)
            .setTotal(143)
            .setConnections(5)
            .setCalls(4)
            .setRefused(1)
            .setRejected(2)
            .build();
    assertThat(StatusText.of(status().setHttp(http).build()))
        .contains(
            "http     127.0.0.1:8080  as uid 4294967294, 12 of 143 methods, 5 connections, 4"
                + " calls, 1 refused, 2 rejected");
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
            .addOffered("e.F")
            .setState(Upstream.State.CONNECTING)
            .setCredentials(
                Credentials.newBuilder()
                    .setValid(true)
                    .setExpires(Timestamp.newBuilder().setSeconds(1_000_000_001)))
            .setCertificate(
                Credentials.newBuilder()
                    .setValid(true)
                    .setExpires(Timestamp.newBuilder().setSeconds(1_000_000_002)))
            .setSince(Timestamp.newBuilder().setSeconds(1_000_000_000))
            .setLastError("connection refused")
            .build();
    assertThat(StatusText.of(status().addUpstreams(upstream).build()))
        .containsSequence(
            "upstream billing connecting since 2001-09-09T01:46:40Z, 3 offered,"
                + " 2 shadowed by shop, dns:///billing:443: connection refused",
            "         offers e.F",
            "         shadowed a.B, served by shop",
            "         shadowed c.D, served by shop",
            "         credentials valid until 2001-09-09T01:46:41Z",
            "         certificate valid until 2001-09-09T01:46:42Z");
  }

  @Test
  void credentialsHaveTheirStateAndTheirExpiry() {
    Timestamp time = Timestamp.newBuilder().setSeconds(1_000_000_000).build();
    assertThat(credentials(Credentials.newBuilder())).isEqualTo("credentials missing");
    assertThat(credentials(Credentials.newBuilder().setExpires(time)))
        .isEqualTo("credentials expired at 2001-09-09T01:46:40Z");
    assertThat(credentials(Credentials.newBuilder().setValid(true)))
        .isEqualTo("credentials valid, expiry unknown");
  }

  private static String credentials(Credentials.Builder credentials) {
    Upstream upstream = Upstream.newBuilder().setCredentials(credentials).build();
    return StatusText.of(status().addUpstreams(upstream).build()).stream()
        .map(String::strip)
        .filter(line -> line.startsWith("credentials "))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void lastReloadHasItsResult() {
    Reload.Builder reload =
        Reload.newBuilder().setTime(Timestamp.newBuilder().setSeconds(1_000_000_000));
    assertThat(StatusText.of(status().setLastReload(reload).build()))
        .contains("reload   2001-09-09T01:46:40Z applied");
    assertThat(StatusText.of(status().setLastReload(reload.addProblems("a.yaml:1: wrong")).build()))
        .contains("reload   2001-09-09T01:46:40Z failed, and changed nothing: a.yaml:1: wrong");
  }

  @Test
  void logIsAFileOrTheCommandThatReadsIt() {
    assertThat(log(Launch.newBuilder().setLogFile("/run/g.log"))).isEqualTo("log      /run/g.log");
    assertThat(log(Launch.newBuilder().setStderr("/dev/pts/3"))).isEqualTo("log      /dev/pts/3");
    assertThat(log(Launch.newBuilder().setJournal(true).setUnit("g.service")))
        .isEqualTo("log      the journal; read it with: journalctl -u g.service");
    assertThat(log(Launch.newBuilder().setJournal(true).setUnit("g.service").setUserUnit(true)))
        .isEqualTo("log      the journal; read it with: journalctl --user-unit=g.service");
  }

  private static String log(Launch.Builder launch) {
    return StatusText.of(status().setConfigFile("/g.yaml").setLaunch(launch).build()).get(3);
  }
}
