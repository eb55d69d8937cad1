package dev.grpcos.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.util.concurrent.Futures;
import dev.grpcos.gateway.config.ConfigSource;
import dev.grpcos.gateway.config.GatewayConfig;
import dev.grpcos.gateway.config.Limits;
import dev.grpcos.gateway.limit.UserShares;
import dev.grpcos.gateway.policy.SocketCaller;
import dev.grpcos.gateway.process.OwnProcess;
import dev.grpcos.proto.helloworld.GreeterGrpc;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CompanionTest {
  @TempDir private Path folder;

  /** Sends the uid of the peer and the gateway's greeting to each connection, and keeps it open. */
  @Sharable
  private static final class UidHandler extends ChannelInboundHandlerAdapter {
    private final Gateway gateway;

    UidHandler(Gateway gateway) {
      this.gateway = gateway;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) throws IOException {
      SocketCaller caller = SocketCaller.of(context.channel());
      var answer =
          GreeterGrpc.newFutureStub(gateway.channelFor(caller))
              .sayHello(GatewayTest.hello("uid " + caller.peer().uid()));
      answer.addListener(
          () -> {
            String text = Objects.requireNonNull(Futures.getUnchecked(answer)).getMessage();
            var unused = context.writeAndFlush(Unpooled.copiedBuffer(text, UTF_8));
          },
          context.executor());
    }
  }

  private Path path() {
    return folder.resolve("g.sock");
  }

  private SocketChannel connect() throws IOException {
    return SocketChannel.open(UnixDomainSocketAddress.of(folder.resolve("g.sock.cli")));
  }

  @Test
  void companionCallsTheServicesAsItsPeer() throws Exception {
    try (Gateway gateway =
            Gateway.start(
                ConfigSource.fixed(GatewayConfig.defaults(path()).withDrain(Duration.ZERO)),
                GatewayOptions.DEFAULT.withCompanions(new Companion(".cli", UidHandler::new)));
        SocketChannel connection = connect()) {
      String expected = "Hello uid " + OwnProcess.uid();
      ByteBuffer answer = ByteBuffer.allocate(expected.length());
      while (answer.hasRemaining() && connection.read(answer) >= 0) {}

      assertThat(new String(answer.array(), UTF_8)).isEqualTo(expected);
      gateway.shutdown();
      assertThat(connection.read(ByteBuffer.allocate(1))).isEqualTo(-1);
    }
    assertThat(folder.resolve("g.sock.cli")).doesNotExist();
  }

  @Test
  void gatewaysOwnPathAppearsLast() throws Exception {
    try (WatchService watch = folder.getFileSystem().newWatchService()) {
      WatchKey key = folder.register(watch, StandardWatchEventKinds.ENTRY_CREATE);
      try (Gateway gateway =
          Gateway.start(
              ConfigSource.fixed(GatewayConfig.defaults(path())),
              GatewayOptions.DEFAULT.withCompanions(new Companion(".cli", UidHandler::new)))) {
        assertThat(gateway.socket()).exists();
        List<String> created = new ArrayList<>();
        Await.until(
            "the sockets are reported",
            () -> {
              key.pollEvents().forEach(event -> created.add(String.valueOf(event.context())));
              return created.contains("g.sock");
            });
        assertThat(created).containsSubsequence("g.sock.cli", "g.sock").endsWith("g.sock");
      }
    }
  }

  @Test
  void failureOfACompanionFailsTheStartAndLeavesNoFiles() {
    Companion broken =
        new Companion(
            ".http",
            gateway -> {
              throw new IllegalStateException("broken");
            });

    assertThatThrownBy(
            () ->
                Gateway.start(
                    ConfigSource.fixed(GatewayConfig.defaults(path())),
                    GatewayOptions.DEFAULT.withCompanions(
                        new Companion(".cli", UidHandler::new), broken)))
        .hasMessage("broken");
    assertThat(folder).isDirectoryNotContaining(file -> !file.toString().endsWith(".lock"));
  }

  @Test
  void connectionsOfACompanionAreBounded() throws Exception {
    var limits = Limits.DEFAULT.withConnections(1);
    try (Gateway gateway =
            Gateway.start(
                ConfigSource.fixed(
                    GatewayConfig.defaults(path()).withLimits(limits).withDrain(Duration.ZERO)),
                GatewayOptions.DEFAULT.withCompanions(new Companion(".cli", UidHandler::new)));
        SocketChannel first = connect();
        SocketChannel second = connect()) {
      assertThat(gateway.socket()).exists();
      assertThat(first.read(ByteBuffer.allocate(5))).isEqualTo(5);
      assertThat(second.read(ByteBuffer.allocate(5))).isEqualTo(5);
      List<SocketChannel> reserved = new ArrayList<>();
      for (int i = 0; i < UserShares.MOST_RESERVED; i++) {
        reserved.add(connect());
      }
      try (SocketChannel last = connect()) {
        assertThat(last.read(ByteBuffer.allocate(1))).isEqualTo(-1);
      }
      for (SocketChannel each : reserved) {
        each.close();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "cli", ".", ".lock", ".new", "./x", ".averylongsuffix"})
  void suffixIsADotAndAFewLetters(String suffix) {
    assertThatIllegalArgumentException().isThrownBy(() -> new Companion(suffix, UidHandler::new));
  }
}
