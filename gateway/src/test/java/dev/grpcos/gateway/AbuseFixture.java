package dev.grpcos.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.gateway.RawHttp2.Frame;
import dev.grpcos.gateway.config.ConfigSource;
import dev.grpcos.gateway.config.GatewayConfig;
import dev.grpcos.gateway.config.Limits;
import dev.grpcos.proto.helloworld.GreeterGrpc;
import io.grpc.Channel;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A gateway for abusive clients. The timeout ends reads that would wait forever. */
@Timeout(180)
abstract class AbuseFixture {
  static final String SAY_HELLO = "helloworld.Greeter/SayHello";

  @TempDir Path folder;

  Path path;
  private @Nullable Gateway gateway;

  SocketClient clients;

  @BeforeEach
  final void clients() {
    path = folder.resolve("g.sock");
    clients = new SocketClient(path);
  }

  Path start(Limits limits) throws Exception {
    gateway =
        Gateway.start(
            ConfigSource.fixed(
                GatewayConfig.defaults(path).withLimits(limits).withDrain(Duration.ofMillis(100))),
            GatewayOptions.DEFAULT);
    return path;
  }

  @AfterEach
  final void stop() {
    clients.close();
    if (gateway != null) {
      gateway.close();
    }
  }

  static Frame frame(RawHttp2 connection, int type) throws IOException {
    return Objects.requireNonNull(connection.next(type), () -> "no frame of type " + type);
  }

  /** The server may still send frames before the connection ends. */
  static void assertEnds(RawHttp2 connection) throws IOException {
    while (connection.next() != null) {}
  }

  /** The client connects again if its JVM loads classes for longer than a handshake may take. */
  static void assertAnswers(Channel channel) {
    var stub =
        GreeterGrpc.newBlockingStub(channel)
            .withWaitForReady()
            .withDeadlineAfter(60, TimeUnit.SECONDS);
    assertThat(stub.sayHello(GatewayTest.hello("x")).getMessage()).isEqualTo("Hello x");
  }
}
