package dev.grpcos.cli.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.grpcos.cli.distribution.Command;
import dev.grpcos.cli.distribution.Outcome;
import dev.grpcos.cli.resident.Eventually;
import dev.grpcos.cli.suites.TcpBridge;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.CertificateBuilder.Algorithm;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import javax.net.ssl.SSLContext;
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
  private static final int PORT = 20_888;

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
    String host = LoopbackAddress.unused();
    address = host + ":" + PORT;
    Path config =
        Files.writeString(
            folder.resolve("tinyproxy.conf"),
            "Port %d\nListen %s\nMaxClients 20\nBasicAuth me secret\n".formatted(PORT, host));
    tinyproxy =
        new ProcessBuilder(program.toString(), "-d", "-c", config.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("tinyproxy.log").toFile())
            .start();
    Eventually.until("it listens", TestGateway.SOON, () -> listens(host));
  }

  private static boolean listens(String host) {
    try (Socket connected = new Socket(host, PORT)) {
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
        .with("HTTPS_PROXY", "http://" + login + "@" + address)
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
        .startsWith("grpcos: UNAVAILABLE: " + target + ": the proxy " + address)
        .contains("(401 Unauthorized)")
        .doesNotContain("guess")
        .hasLineCount(1);
  }

  /**
   * Starts a token server with a certificate for 0.0.0.0, an address of this host that grpcos does
   * not take for one.
   */
  private static HttpsServer tokenServer() throws Exception {
    X509Bundle own =
        new CertificateBuilder()
            .algorithm(Algorithm.ecp256)
            .subject("CN=token server")
            .addSanIpAddress("0.0.0.0")
            .setIsCertificateAuthority(true)
            .buildSelfSigned();
    Files.writeString(folder.resolve("ca.pem"), own.getCertificatePEM());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(own.toKeyManagerFactory().getKeyManagers(), null, null);
    HttpsServer tokens =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    tokens.setHttpsConfigurator(new HttpsConfigurator(context));
    tokens.createContext(
        "/token",
        exchange -> {
          try (exchange) {
            byte[] body = "{\"access_token\":\"t\",\"token_type\":\"bearer\"}".getBytes(UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
          }
        });
    tokens.start();
    return tokens;
  }

  @ParameterizedTest
  @EnumSource
  void callersProxyConnectsToTheTokenServer(RunMode warmth) throws Exception {
    TestGateway own = Objects.requireNonNull(gateway);
    HttpsServer tokens = tokenServer();
    int port = tokens.getAddress().getPort();
    try {
      Path contexts = Files.createDirectories(folder.resolve("config-" + warmth + "/grpcos"));
      Files.writeString(contexts.resolve("secret"), "s");
      Files.writeString(
          contexts.resolve("contexts.yaml"),
          """
          near:
            target: "unix:%s"
            credentials:
              oauth2: {token_url: "https://0.0.0.0:%d/token", ca: %s, client_id: me, client_secret: {file: secret}}
          """
              .formatted(own.socket(), port, folder.resolve("ca.pem")));
      Command health =
          warmth
              .on(own.grpcos("health", "-t", "@near"))
              .with("XDG_CONFIG_HOME", contexts.resolveSibling("").toString());
      Outcome refused = health.with("HTTPS_PROXY", "http://me:guess@" + address).run();
      assertThat(refused.exit()).isEqualTo(80);
      assertThat(refused.stderr())
          .contains("token server https://0.0.0.0:" + port + "/token cannot be reached through the")
          .doesNotContain("guess");
      assertThat(health.with("HTTPS_PROXY", "http://me:secret@" + address).run())
          .isEqualTo(new Outcome(0, "SERVING\n", ""));
      assertThat(Files.readString(folder.resolve("tinyproxy.log")))
          .contains("CONNECT 0.0.0.0:" + port);
    } finally {
      tokens.stop(0);
    }
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
                proxy: http://me:secret@%s
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
