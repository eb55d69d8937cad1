package dev.grpcos.gateway.listener;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.gateway.channel.EventLoops;
import dev.grpcos.gateway.config.Limits;
import dev.grpcos.gateway.peer.PeerIdentity;
import dev.grpcos.gateway.policy.SocketRights;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class HttpListenerTest {
  private static final PeerIdentity FORMER = new PeerIdentity(40_001, 1, List.of(), 0);
  private static final PeerIdentity NEXT = new PeerIdentity(40_002, 2, List.of(), 0);
  private static final Duration DRAIN = Duration.ofMinutes(5);

  private final EventLoopGroup loops = new EventLoops(2, "test");
  private final BlockingQueue<Integer> users = new LinkedBlockingQueue<>();

  /** Runs once, between the choice of a new connection's user and its addition to the open ones. */
  private final AtomicReference<Runnable> whileAccepting = new AtomicReference<>(() -> {});

  private HttpListener listener;

  @BeforeEach
  void listen() throws Exception {
    ConnectionGate gate = new ConnectionGate(this::limits, ConnectionGate.STRANGERS);
    listener =
        HttpListener.bind(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            SocketRights.NONE,
            loops,
            gate,
            connection -> users.add(PeerIdentity.known(connection).uid()));
    listener.start(FORMER);
  }

  private Limits limits() {
    whileAccepting.getAndSet(() -> {}).run();
    return Limits.DEFAULT;
  }

  @AfterEach
  void close() {
    listener.stopAccepting();
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  private Socket connect() throws IOException {
    String address = listener.access().name();
    int port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    Socket client = new Socket(InetAddress.getLoopbackAddress(), port);
    client.setSoTimeout(60_000);
    return client;
  }

  private int user() throws InterruptedException {
    Integer user = users.poll(60, TimeUnit.SECONDS);
    assertThat(user).as("the user of an accepted connection").isNotNull();
    return user;
  }

  @Test
  void changeOfTheUserClosesOpenConnections() throws Exception {
    try (Socket before = connect()) {
      assertThat(user()).isEqualTo(FORMER.uid());
      listener.change(NEXT, DRAIN);
      assertThat(before.getInputStream().read()).isEqualTo(-1);
      try (Socket after = connect()) {
        assertThat(user()).isEqualTo(NEXT.uid());
        assertThat(after.isConnected()).isTrue();
      }
    }
  }

  @Test
  void connectionThatIsAcceptedDuringAChangeOfTheUserIsClosed() throws Exception {
    whileAccepting.set(() -> runInAnotherThread(() -> listener.change(NEXT, DRAIN)));
    try (Socket client = connect()) {
      assertThat(user()).isEqualTo(FORMER.uid());
      assertThat(client.getInputStream().read()).isEqualTo(-1);
    }
  }

  private static void runInAnotherThread(Runnable task) {
    Thread thread = new Thread(task);
    thread.start();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void sameUserKeepsConnections() throws Exception {
    try (Socket client = connect()) {
      assertThat(user()).isEqualTo(FORMER.uid());
      listener.change(FORMER, Duration.ZERO);
      try (Socket later = connect()) {
        assertThat(user()).isEqualTo(FORMER.uid());
        assertThat(listener.connections()).isEqualTo(2);
        assertThat(later.isConnected()).isTrue();
      }
      assertThat(client.isConnected()).isTrue();
    }
  }
}
