package dev.grpcos.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.cli.conformance.TcpBridge;
import dev.grpcos.cli.distribution.Outcome;
import dev.grpcos.cli.resident.Eventually;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Tests calls through tinyproxy. Its name for this host is {@code 127.1}, which is neither an IP
 * address nor localhost for grpcos.
 */
final class ProxyIT {
  @TempDir static Path folder;
  private static @Nullable TestGateway gateway;
  private static @Nullable TcpBridge server;
  private static @Nullable Process tinyproxy;
  private static String target = "";
  private static String address = "";

  @BeforeAll
  static void start() throws Exception {
    Path program = ForeignTools.program("tinyproxy");
    gateway = TestGateway.run(folder.resolve("gateway.sock"));
    server = new TcpBridge(gateway.socket());
    target = "127.1:" + server.port();
    int port = freePort();
    address = "@127.0.0.1:" + port;
    Path config =
        Files.writeString(
            folder.resolve("tinyproxy.conf"),
            "Port " + port + "\nListen 127.0.0.1\nMaxClients 20\nBasicAuth me secret\n");
    tinyproxy =
        new ProcessBuilder(program.toString(), "-d", "-c", config.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("tinyproxy.log").toFile())
            .start();
    Eventually.until("it listens", TestGateway.SOON, () -> listens(port));
  }

  private static int freePort() throws IOException {
    try (ServerSocket any = new ServerSocket(0)) {
      return any.getLocalPort();
    }
  }

  private static boolean listens(int port) {
    try (Socket connected = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return connected.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  @AfterAll
  static void stop() throws Exception {
    if (tinyproxy != null) {
      tinyproxy.destroyForcibly();
    }
    if (server != null) {
      server.close();
    }
    if (gateway != null) {
      gateway.close();
    }
  }

  private static Outcome call(RunMode warmth, String login) {
    return warmth
        .on(
            Objects.requireNonNull(gateway)
                .grpcos("call", "-t", target, "--plaintext", "Greeter/SayHello", "name=x"))
        .with("HTTPS_PROXY", "http://" + login + address)
        .with("NO_PROXY", "127.0.0.0/8,example.com")
        .run();
  }

  @ParameterizedTest
  @EnumSource
  void callersProxyConnectsToTheTarget(RunMode warmth) {
    assertThat(call(warmth, "me:secret"))
        .isEqualTo(new Outcome(0, "{\"message\":\"Hello x\"}\n", ""));
  }

  @ParameterizedTest
  @EnumSource
  void refusalOfTheProxyIsReportedWithoutTheLogin(RunMode warmth) {
    Outcome outcome = call(warmth, "me:guess");
    assertThat(outcome.exit()).isEqualTo(78);
    assertThat(outcome.stderr())
        .startsWith("grpcos: UNAVAILABLE: " + target + ": the proxy 127.0.0.1:")
        .contains("(401 Unauthorized)")
        .doesNotContain("guess")
        .hasLineCount(1);
  }

  @Test
  void gatewayReachesAnUpstreamThroughItsProxy() throws Exception {
    Path config =
        Files.writeString(
            folder.resolve("upstream.yaml"),
            """
            warmup: false
            upstreams:
              - name: behind
                target: %s
                plaintext: true
                proxy: http://me:secret%s
            """
                .formatted(target, address));
    try (TestGateway second =
        TestGateway.run(folder.resolve("second.sock"), "--config", config.toString())) {
      Eventually.until(
          "the upstream serves",
          TestGateway.SOON,
          () -> second.grpcos("health", "behind").run().exit() == 0);
      assertThat(second.grpcos("gateway", "status").run().stdout())
          .contains("behind")
          .doesNotContain("secret");
    }
  }
}
