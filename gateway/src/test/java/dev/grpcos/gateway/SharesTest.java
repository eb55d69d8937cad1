package dev.grpcos.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grpcos.gateway.call.TakenRoute;
import dev.grpcos.gateway.channel.EventLoops;
import dev.grpcos.gateway.config.GatewayConfig;
import dev.grpcos.gateway.config.Limits;
import dev.grpcos.gateway.config.ListenConfig;
import dev.grpcos.gateway.config.NamePattern;
import dev.grpcos.gateway.config.SocketConfig;
import dev.grpcos.gateway.listener.ConnectionGate;
import dev.grpcos.gateway.listener.SocketListeners;
import dev.grpcos.gateway.listener.UnixSocket;
import dev.grpcos.gateway.local.SharedSocket;
import dev.grpcos.gateway.policy.SocketAccess;
import dev.grpcos.gateway.policy.SocketRights;
import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.netty.channel.EventLoopGroup;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the sockets of a gateway without services. */
class SharesTest {
  private static final List<NamePattern> ALL = List.of(new NamePattern("*"));
  private static final int MOST_SERVERS = 2;

  @TempDir private Path folder;
  private final EventLoopGroup loops = new EventLoops(1, "test");
  private final List<Server> servers = new ArrayList<>();
  private Sockets sockets;
  private Shares shares;
  private Runnable whileBinding = () -> {};

  @BeforeEach
  void start() throws Exception {
    UnixSocket own =
        UnixSocket.own(
            new ListenConfig(folder.resolve("own/g.sock"), 0600, null),
            List.of(),
            OptionalInt.empty());
    sockets =
        new Sockets(
            own,
            new SocketListeners(
                loops,
                Limits.DEFAULT,
                () -> Duration.ofSeconds(20),
                new ConnectionGate(() -> Limits.DEFAULT, 1),
                new ConnectionGate(() -> Limits.DEFAULT, 1),
                caller -> true,
                connection -> {},
                this::server),
            loops);
    shares = new Shares(sockets, loops);
  }

  @AfterEach
  void stop() {
    shares.close();
    sockets.stopAccepting();
    loops.shutdownGracefully(0, 10, TimeUnit.SECONDS).syncUninterruptibly();
  }

  private Server server(ServerBuilder<?> builder) {
    whileBinding.run();
    if (servers.size() == MOST_SERVERS) {
      throw new IllegalStateException("broken");
    }
    Server server = builder.build();
    servers.add(server);
    return server;
  }

  @Test
  void eventLoopDoesNotWaitForASocketThatIsBeingOpened() throws Exception {
    List<List<SocketAccess>> seen = new ArrayList<>();
    whileBinding =
        () ->
            assertThat(loops.submit(() -> seen.add(sockets.narrowed())))
                .succeedsWithin(60, TimeUnit.SECONDS);

    shares
        .share(folder.resolve("s.sock"), ALL, List.of(), null, () -> {})
        .get(60, TimeUnit.SECONDS);

    assertThat(seen).hasSize(1);
    assertThat(seen.get(0)).isEmpty();
  }

  @Test
  void startRemovesTheSharedSocketsOfAKilledGateway() throws Exception {
    Path own = folder.resolve("own");
    Files.createFile(own.resolve("g.sock.share-12ab"));
    Files.createFile(own.resolve("g.sock.share-12ab.cli"));
    Path bound = Files.createDirectory(own.resolve("g.sock.share-34cd.new"));
    Files.createFile(bound.resolve("0"));
    Path other = Files.createDirectory(own.resolve("g.sock.share-other"));

    sockets.openOwners();

    try (Stream<Path> left = Files.list(own)) {
      assertThat(left)
          .containsExactlyInAnyOrder(other, own.resolve("g.sock"), own.resolve("g.sock.lock"));
    }
  }

  @Test
  void nothingRemainsOfASocketThatEndsBeforeItsTime() throws Exception {
    Path path = folder.resolve("s.sock");

    WeakReference<Runnable> expired = shareAndEnd(path);

    Await.until("the socket is gone", () -> !Files.exists(path));
    Await.until(
        "its timer is gone",
        () -> {
          System.gc();
          return expired.get() == null;
        });
  }

  private WeakReference<Runnable> shareAndEnd(Path path) throws Exception {
    AtomicBoolean state = new AtomicBoolean();
    Runnable expired = () -> state.set(true);
    SharedSocket socket =
        shares.share(path, ALL, List.of(), Duration.ofDays(1), expired).get(60, TimeUnit.SECONDS);
    Await.until("the socket exists", () -> Files.exists(path));
    socket.end();
    return new WeakReference<>(expired);
  }

  @Test
  void listenersOfAChangeThatFailsAreClosed() {
    GatewayConfig next =
        config(socket("a.sock", "*"), socket("b.sock", "*"), socket("c.sock", "*"));

    assertThatThrownBy(() -> sockets.prepare(next)).hasMessage("broken");

    assertThat(servers).hasSize(MOST_SERVERS).allMatch(Server::isShutdown);
  }

  @Test
  void onlyCommonRightsRemainWhileTheRightsChange() throws Exception {
    sockets.prepare(config(socket("a.sock", "a.A/*", "b.B/*"), socket("b.sock", "*"))).commit();
    List<SocketAccess> access = sockets.narrowed();
    SocketRights before = access.get(0).rights();

    SocketsChange change = sockets.prepare(config(socket("a.sock", "b.B/Get", "c.C/*")));
    assertThat(access.get(0).rights()).isEqualTo(before);
    change.narrow();
    assertThat(List.of("a.A/Get", "b.B/Get", "b.B/Put", "c.C/Get"))
        .filteredOn(method -> access.get(0).rights().offers(method, TakenRoute.OWN))
        .containsExactly("b.B/Get");
    assertThat(List.of("a.A", "b.B", "c.C"))
        .filteredOn(service -> access.get(0).rights().offersSomeOf(service, TakenRoute.OWN))
        .containsExactly("b.B");
    assertThat(access.get(1).rights().offers("a.A/Get", TakenRoute.OWN)).isFalse();

    change.commit();
    assertThat(access.get(0).rights().offers("c.C/Get", TakenRoute.OWN)).isTrue();
    assertThat(access.get(0).rights().offers("a.A/Get", TakenRoute.OWN)).isFalse();
  }

  private GatewayConfig config(SocketConfig... configured) {
    return GatewayConfig.defaults(folder.resolve("own/g.sock")).withSockets(List.of(configured));
  }

  private SocketConfig socket(String name, String... methods) {
    return new SocketConfig(
        new ListenConfig(folder.resolve(name), 0600, null),
        Stream.of(methods).map(NamePattern::new).toList(),
        List.of());
  }
}
