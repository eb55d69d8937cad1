package dev.grpcos.gateway;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.gateway.config.ConfigSource;
import dev.grpcos.gateway.config.GatewayConfig;
import dev.grpcos.gateway.failure.Termination;
import java.io.IOException;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests a gateway that ends when it is not used. */
final class IdleTest {
  private static final Duration IDLE = Duration.ofMillis(60);

  private static final byte[] REQUEST =
      "GET /healthz HTTP/1.1\r\nhost: g\r\n\r\n".getBytes(US_ASCII);

  private Path path;

  @BeforeEach
  void choosePath(@TempDir Path folder) {
    path = folder.resolve("g.sock");
  }

  private Gateway start() throws Exception {
    return Gateway.start(
        ConfigSource.fixed(GatewayConfig.defaults(path).withIdle(IDLE)), GatewayOptions.DEFAULT);
  }

  @Test
  void unusedGatewayEnds() throws Exception {
    try (Gateway gateway = start()) {
      assertThat(gateway.awaitTermination())
          .isEqualTo(new Termination(false, "no connection for 60ms"));
      assertThat(path).doesNotExist();
    }
  }

  @Test
  void openConnectionKeepsTheGateway() throws Exception {
    Await.until("a connection is made before the gateway ends", this::isKeptByAConnection);
  }

  /** Returns false if a gateway ended before this thread was connected to it. */
  private boolean isKeptByAConnection() throws Exception {
    try (Gateway gateway = start()) {
      try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
        assertThat(gateway.awaitTermination(IDLE.multipliedBy(8))).isFalse();
        assertThat(client.isConnected()).isTrue();
      } catch (SocketException e) {
        return false;
      }
      gateway.awaitTermination();
      return true;
    }
  }

  /** Connects at times around the end of a gateway; each connection must be served. */
  @Test
  void clientThatFindsTheSocketIsServed() throws Exception {
    Random random = new Random(1);
    for (int round = 0; round < 4; round++) {
      try (Gateway gateway = start()) {
        while (isServed()) {
          LockSupport.parkNanos(IDLE.toNanos() + random.nextInt(20_000_000) - 5_000_000);
        }
        gateway.awaitTermination();
      }
    }
  }

  /** Returns false if the socket is gone; fails if a connection gets no answer. */
  private boolean isServed() throws IOException {
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
      channel.write(ByteBuffer.wrap(REQUEST));
      ByteBuffer answer = ByteBuffer.allocate(8);
      assertThat(channel.read(answer)).isPositive();
      return true;
    } catch (SocketException e) {
      return false; // it cannot be connected
    }
  }
}
