package dev.grpcos.gateway.http;

import static dev.grpcos.gateway.http.TcpGateway.AUTHORIZATION;
import static dev.grpcos.gateway.http.TcpGateway.request;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.net.InetAddresses;
import dev.grpcos.gateway.Await;
import dev.grpcos.gateway.config.HttpConfig;
import dev.grpcos.gateway.http.RawHttp1.Response;
import dev.grpcos.gateway.local.Reloaded;
import dev.grpcos.gateway.peer.PeerIdentity;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Tests changes of a TCP address, of its user and of its token. */
final class TcpAddressTest extends TcpFixture {
  private static final InetAddress OTHER_LOOPBACK = InetAddresses.forString("127.0.0.2");

  @Test
  void pageOfAWildcardAddressNamesTheAddressOfTheConnection() throws Exception {
    TcpGateway tcp =
        new TcpGateway(
            folder,
            config ->
                config.withHttp(
                    moved(
                        Objects.requireNonNull(config.http()),
                        new InetSocketAddress("0.0.0.0", 0))));
    gateway = tcp;
    assertThat(tcp.call("GET", "/", "").body())
        .contains("http://127.0.0.1:" + tcp.address().getPort())
        .doesNotContain("0.0.0.0");
  }

  @Test
  void reloadChangesWhatTheNextRequestOfAConnectionNeeds() throws Exception {
    TcpGateway tcp = start();
    InetSocketAddress address = tcp.address();
    try (RawHttp1 connection = tcp.connect()) {
      String hello = request("POST", SAY_HELLO, "{}", AUTHORIZATION);
      assertThat(connection.send(hello).response().status()).isEqualTo(200);

      assertThat(
              tcp.reload(
                  config -> config.withHttp(tcp.http(List.of("a.B/*"), Set.of("other"), Set.of()))))
          .isEqualTo(new Reloaded(List.of(), List.of()));
      assertThat(tcp.address()).isEqualTo(address);
      String renamed = hello.replace("localhost", "other");
      assertThat(connection.send(renamed).response().status()).isEqualTo(403);
      assertThat(connection.send(hello).response().status()).isEqualTo(421);
    }
  }

  @Test
  void reloadAddsMovesAndRemovesTheAddress() throws Exception {
    TcpGateway tcp = start();
    InetSocketAddress before = tcp.address();
    tcp.reload(
        config -> config.withHttp(moved(tcp.http(), new InetSocketAddress(OTHER_LOOPBACK, 0))));
    String moved = tcp.status().getHttp().getAddress();
    assertThat(moved).startsWith("127.0.0.2:");
    assertThat(refusesConnections(before)).isTrue();

    tcp.reload(config -> config.withHttp(null));
    assertThat(tcp.status().hasHttp()).isFalse();
    assertThat(
            refusesConnections(
                new InetSocketAddress(OTHER_LOOPBACK, Integer.parseInt(moved.split(":", 2)[1]))))
        .isTrue();

    tcp.reload(config -> config.withHttp(tcp.http()));
    assertThat(tcp.call("POST", SAY_HELLO, "{}").status()).isEqualTo(200);
  }

  private static HttpConfig moved(HttpConfig http, InetSocketAddress address) {
    return new HttpConfig(
        address, http.token(), http.caller(), http.methods(), http.hosts(), http.origins());
  }

  private static boolean refusesConnections(InetSocketAddress address) throws Exception {
    try {
      new RawHttp1(address).close();
      return false;
    } catch (ConnectException e) {
      return true;
    }
  }

  @Test
  void connectionsEndWhenTheUserChanges() throws Exception {
    TcpGateway tcp = start();
    try (RawHttp1 connection = tcp.connect()) {
      String hello = request("POST", SAY_HELLO, "{}", AUTHORIZATION);
      assertThat(connection.send(hello).response().status()).isEqualTo(200);
      PeerIdentity other = new PeerIdentity(4242, 4242, List.of(), 0);
      tcp.reload(config -> config.withHttp(as(config.http(), other)));

      assertThat(connection.ends()).isTrue();
    }
    assertThat(tcp.call("POST", SAY_HELLO, "{}").status()).isEqualTo(403);
  }

  @Test
  void portInUseChangesNothing() throws Exception {
    TcpGateway tcp = start();
    InetSocketAddress before = tcp.address();
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      InetSocketAddress address =
          new InetSocketAddress(InetAddress.getLoopbackAddress(), taken.getLocalPort());
      Reloaded result =
          tcp.reload(config -> config.withHttp(moved(tcp.http(), address)).withPolicy(List.of()));

      assertThat(result.problems())
          .containsExactly(
              "listen.http.address 127.0.0.1:%d: it is in use; stop the process that listens"
                      .formatted(taken.getLocalPort())
                  + " there, or set another port");
      assertThat(tcp.address()).isEqualTo(before);
      assertThat(tcp.call("POST", SAY_HELLO, "{}").status()).isEqualTo(200);
    }
  }

  @Test
  void anotherIpAddressNeedsAnotherPort() throws Exception {
    TcpGateway tcp = start();
    int[] chosen = new int[1];
    Await.until(
        "the gateway has a port that no other process has taken",
        () -> {
          chosen[0] = freePort();
          InetSocketAddress address =
              new InetSocketAddress(InetAddress.getLoopbackAddress(), chosen[0]);
          return tcp.reload(config -> config.withHttp(moved(tcp.http(), address)))
              .problems()
              .isEmpty();
        });
    int port = chosen[0];
    Reloaded result =
        tcp.reload(config -> config.withHttp(moved(tcp.http(), new InetSocketAddress(port))));

    assertThat(result.problems())
        .containsExactly(
            "listen.http.address: the gateway listens on 127.0.0.1:%d until the change; change the"
                    .formatted(port)
                + " port too, or restart the gateway");
  }

  private static int freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    }
  }

  @Test
  void tokenIsReadAgainWhenItsFileChanges() throws Exception {
    TcpGateway tcp = start();
    String other = "fedcba9876543210";
    tcp.writeToken("short");
    tcp.reload(config -> config.withDrain(config.drain().plusSeconds(1)));
    assertThat(tcp.call("POST", SAY_HELLO, "{}").status()).isEqualTo(200);
    tcp.writeToken(other);
    String request = request("POST", SAY_HELLO, "{}", "Authorization: Bearer " + other);
    Await.until("the new token", () -> tcp.exchange(request).status() == 200);
    assertThat(tcp.call("POST", SAY_HELLO, "{}").status()).isEqualTo(401);
  }

  @Test
  void drainFinishesTheResponse() throws Exception {
    TcpGateway tcp = start();
    InetSocketAddress address = tcp.address();
    String name = "x".repeat(1_000_000);
    try (RawHttp1 idle = new RawHttp1(address);
        RawHttp1 connection = new RawHttp1(address)) {
      idle.send(request("POST", SAY_HELLO, "{}", AUTHORIZATION)).response();
      connection.send(request("POST", SAY_HELLO, "{\"name\":\"" + name + "\"}", AUTHORIZATION));
      Response head = connection.head();

      tcp.gateway().shutdown();
      assertThat(idle.ends()).isTrue();
      assertThat(connection.body(head)).isEqualTo("{\"message\":\"Hello " + name + "\"}\n");
      assertThat(connection.ends()).isTrue();
    }
    tcp.gateway().awaitTermination();
    assertThat(refusesConnections(address)).isTrue();
  }
}
