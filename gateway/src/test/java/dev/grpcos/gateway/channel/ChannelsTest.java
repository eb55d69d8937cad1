package dev.grpcos.gateway.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ChannelsTest extends ChannelFixture {
  private static final String OWN_UID = uid();

  private static String uid() {
    try {
      return String.valueOf(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void unixSocketsHaveTheAuthorityLocalhost() throws Exception {
    ServerAddress.Unix address = new ServerAddress.Unix(folder.resolve("a.sock"));
    serve(address.socketAddress(), null);

    assertThat(call(address, ChannelSettings.DEFAULT)).isEqualTo("Hello world");
    assertThat(authorities).containsExactly("localhost");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a b%c?d#e", "\u00fc\u65e5\ud83d\ude00"})
  void namesOfUnixSocketsMayHaveAnyCharacter(String name) throws Exception {
    ServerAddress.Unix address = new ServerAddress.Unix(folder.resolve(name));
    serve(address.socketAddress(), null);
    ServerAddress.Abstract named = new ServerAddress.Abstract(name + UUID.randomUUID());
    serve(named.socketAddress(), null);

    assertThat(call(address, ChannelSettings.DEFAULT)).isEqualTo("Hello world");
    assertThat(call(named, ChannelSettings.DEFAULT)).isEqualTo("Hello world");
  }

  @Test
  void nothingIsSentToARefusedServer() throws Exception {
    ServerAddress.Unix address = new ServerAddress.Unix(folder.resolve("refused.sock"));
    try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      listener.bind(UnixDomainSocketAddress.of(address.path()));
      ChannelSettings settings =
          ChannelSettings.DEFAULT.withPeerCheck(uid -> Optional.of("uid " + uid + "; go away"));

      assertThatThrownBy(() -> call(address, settings))
          .isInstanceOfSatisfying(
              StatusRuntimeException.class,
              e ->
                  assertThat(FailureDiagnosis.of(e.getStatus()))
                      .isEqualTo(
                          new FailureDiagnosis(
                              FailureCause.PEER_REFUSED,
                              "refused, because uid " + OWN_UID + "; go away")));
      try (SocketChannel accepted = listener.accept()) {
        assertThat(accepted.read(ByteBuffer.allocate(1))).isEqualTo(-1);
      }
    }
  }

  @Test
  void serverIsCheckedAtEachConnection() throws Exception {
    ServerAddress.Unix address = new ServerAddress.Unix(folder.resolve("again.sock"));
    AtomicBoolean refuses = new AtomicBoolean();
    AtomicInteger checks = new AtomicInteger();
    PeerCheck check =
        uid -> {
          checks.incrementAndGet();
          return refuses.get() ? Optional.of("it changed") : Optional.empty();
        };
    Server first = serve(address.socketAddress(), null);
    ManagedChannel channel =
        Channels.builder(address, ChannelSettings.DEFAULT.withPeerCheck(check), loops)
            .enableRetry()
            .build();
    channels.add(channel);
    assertThat(call(channel)).isEqualTo("Hello world");
    assertThat(call(channel)).isEqualTo("Hello world");
    assertThat(checks).hasValue(1);

    CompletableFuture<Void> disconnected = new CompletableFuture<>();
    channel.notifyWhenStateChanged(ConnectivityState.READY, () -> disconnected.complete(null));
    assertThat(first.shutdownNow().awaitTermination(60, TimeUnit.SECONDS)).isTrue();
    assertThat(disconnected).succeedsWithin(60, TimeUnit.SECONDS);
    refuses.set(true);
    serve(address.socketAddress(), null);
    assertThatThrownBy(() -> call(channel))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(FailureCause.PEER_REFUSED.matches(e.getStatus())).isTrue());
    assertThat(checks).hasValueGreaterThan(1);
    assertThat(authorities).hasSize(2);
  }

  @Test
  void abstractSocketsAreReached() throws Exception {
    ServerAddress.Abstract address = new ServerAddress.Abstract("grpcos-test-" + UUID.randomUUID());
    serve(address.socketAddress(), null);

    assertThat(call(address, ChannelSettings.DEFAULT.withAuthority("books.example")))
        .isEqualTo("Hello world");
    assertThat(authorities).containsExactly("books.example");
  }

  @Test
  void namesAndLiteralAddressesAreReachedOverTcp() throws Exception {
    int port = serveTcp(null);

    for (String text : List.of("127.0.0.1:", "localhost:", "dns:///localhost:")) {
      assertThat(call(ServerAddress.parse(text + port, folder), ChannelSettings.DEFAULT))
          .isEqualTo("Hello world");
    }
    assertThat(authorities)
        .containsExactly("127.0.0.1:" + port, "localhost:" + port, "localhost:" + port);
  }

  @Test
  void namesThatAreInvalidInUrisAreResolved() throws Exception {
    int port = serveTcp(null);

    for (String text : List.of("127.1:", "dns:///127.1:")) {
      assertThat(call(ServerAddress.parse(text + port, folder), ChannelSettings.DEFAULT))
          .isEqualTo("Hello world");
    }
    assertThat(authorities).containsExactly("127.1:" + port, "127.1:" + port);
    for (String host : List.of("my_service.invalid:", "a..b:", "a{b.invalid:", "é.invalid:")) {
      ServerAddress address = ServerAddress.parse(host + port, folder);
      assertThatThrownBy(() -> call(address, ChannelSettings.DEFAULT))
          .as(host)
          .isInstanceOfSatisfying(
              StatusRuntimeException.class,
              e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE))
          .hasRootCauseInstanceOf(UnknownHostException.class);
    }
  }
}
