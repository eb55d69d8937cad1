package dev.grpcos.gateway.http;

import static dev.grpcos.gateway.http.TcpGateway.AUTHORIZATION;
import static dev.grpcos.gateway.http.TcpGateway.TOKEN;
import static dev.grpcos.gateway.http.TcpGateway.request;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.net.InetAddresses;
import dev.grpcos.gateway.Await;
import dev.grpcos.gateway.config.AuditConfig;
import dev.grpcos.gateway.config.HttpConfig;
import dev.grpcos.gateway.config.Limits;
import dev.grpcos.gateway.config.NamePattern;
import dev.grpcos.gateway.config.PolicyRule;
import dev.grpcos.gateway.config.UpstreamConfig;
import dev.grpcos.gateway.http.RawHttp1.Response;
import dev.grpcos.gateway.local.Reloaded;
import dev.grpcos.gateway.peer.PeerIdentity;
import dev.grpcos.gateway.process.OwnProcess;
import dev.grpcos.gateway.upstream.TestServer;
import dev.grpcos.proto.admin.v1.HttpAddress;
import dev.grpcos.proto.helloworld.GreeterGrpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests HTTP over TCP. The timeout bounds reads that would wait. */
@Timeout(60)
final class HttpOverTcpTest {
  private static final String SAY_HELLO = "/helloworld.Greeter/SayHello";
  private static final String GET_STATUS = "/grpcos.admin.v1.Admin/GetStatus";

  private static final InetAddress OTHER_LOOPBACK = InetAddresses.forString("127.0.0.2");

  @TempDir private Path folder;
  private @Nullable TcpGateway gateway;

  private TcpGateway start() throws Exception {
    return start(Limits.DEFAULT);
  }

  private TcpGateway start(Limits limits) throws Exception {
    gateway = new TcpGateway(folder, config -> config.withLimits(limits));
    return gateway;
  }

  private TcpGateway gateway() {
    return Objects.requireNonNull(gateway, "started by the test");
  }

  @AfterEach
  void stop() {
    gateway().close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // host, then perhaps other headers | status
        "localhost | 200",
        "LOCALHOST | 200",
        "localhost:8080 | 200",
        "127.0.0.1 | 200",
        "127.0.0.1:80 | 200",
        "localhost. | 421",
        "localhost.evil.example | 421",
        "evil.example | 421",
        "127.0.0.2 | 421",
        "[::1] | 421",
        "user@localhost | 421",
        "localhost,evil.example | 421",
        "localhost:port | 421",
        "'' | 421",
        "localhost;Origin: https://app.example | 200",
        "evil.example;Origin: https://app.example | 421",
        "localhost;Origin: https://evil.example | 403",
        "localhost;Origin: https://app.example.evil.example | 403",
        "localhost;Origin: http://app.example | 403",
        "localhost;Origin: https://app.example:8443 | 403",
        "localhost;Origin: http://localhost | 403",
        "localhost;Origin: null | 403",
        "localhost;Origin: | 403",
        "localhost;Origin: https://app.example;Origin: https://evil.example | 403",
      })
  void hostAndOriginAreChecked(String head, int status) throws Exception {
    start();
    String fields = "Host: " + head.replace(";", "\r\n") + "\r\n" + AUTHORIZATION + "\r\n";
    String rest = "Content-Length: 2\r\n\r\n{}";
    Response response = gateway().exchange("POST " + SAY_HELLO + " HTTP/1.1\r\n" + fields + rest);

    assertThat(response.status()).isEqualTo(status);
    assertThat(response.closes()).isEqualTo(status != 200);
    assertThat(response.headers())
        .containsEntry("cross-origin-resource-policy", "same-origin")
        .containsEntry("x-content-type-options", "nosniff");
    assertThat(response.headers().containsKey("access-control-allow-origin"))
        .isEqualTo(status == 200 && head.contains("Origin"));
    assertThat(gateway().status().getHttp().getRejected()).isEqualTo(status == 200 ? 0 : 1);
  }

  @ParameterizedTest
  @CsvSource({
    "http://evil.example/healthz, localhost, 421",
    "http://localhost/healthz, evil.example, 421",
    "http://localhost@evil.example/healthz, localhost, 421",
    "http://localhost:1/healthz, localhost, 200",
    "//evil.example/healthz, localhost, 404",
  })
  void hostInTheTargetIsCheckedToo(String target, String host, int status) throws Exception {
    start();
    String request = "GET " + target + " HTTP/1.1\r\nHost: " + host + "\r\n";
    assertThat(gateway().exchange(request + AUTHORIZATION + "\r\n\r\n").status()).isEqualTo(status);
  }

  @Test
  void requestWithoutAHostIsRefused() throws Exception {
    start();
    String request = "GET /healthz HTTP/1.0\r\n" + AUTHORIZATION + "\r\n\r\n";
    assertThat(gateway().exchange(request).status()).isEqualTo(421);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Authorization: Bearer " + TOKEN + " | 200",
        "authorization: bearer  " + TOKEN + " | 200",
        "X: y | 401",
        "Authorization: | 401",
        "Authorization: Bearer | 401",
        "Authorization: Basic " + TOKEN + " | 401",
        "Authorization: " + TOKEN + " | 401",
        "Authorization: Bearer " + TOKEN + "0 | 401",
        "Authorization: Bearer 0123456789abcde | 401",
        "Authorization: Bearer 0123456789abcdeF | 401",
        "Authorization: Bearer " + TOKEN + ";Authorization: Bearer " + TOKEN + " | 401",
        "Cookie: token=" + TOKEN + " | 401",
      })
  void tokenIsRequired(String fields, int status) throws Exception {
    start();
    for (String path : List.of(SAY_HELLO, GET_STATUS, "/", "/none", "/openapi.json")) {
      String method = path.length() > 15 ? "POST" : "GET";
      Response response = gateway().exchange(request(method, path, "{}", fields.split(";")));
      if (status == 200) {
        assertThat(response.status()).as(path).isNotEqualTo(401);
      } else {
        assertThat(response.status()).as(path).isEqualTo(401);
        assertThat(response.headers().get("www-authenticate")).startsWith("Bearer ");
        assertThat(response.closes()).isTrue();
        assertThat(response.body()).startsWith("{\"code\":\"unauthenticated\"");
      }
    }
  }

  @Test
  void healthOfTheGatewayNeedsNoTokenAndThatOfAServiceDoes() throws Exception {
    start();
    Response probe = gateway().exchange(request("GET", "/healthz", ""));
    assertThat(probe.status()).isEqualTo(200);
    assertThat(probe.body()).isEqualTo("{\"status\":\"SERVING\"}\n");
    assertThat(probe.closes()).isTrue();
    assertThat(head(request("HEAD", "/healthz", "")).status()).isEqualTo(200);

    String service = "/healthz?service=helloworld.Greeter";
    for (String path : List.of(service, "/healthz?", "/healthz/", "/healthz#")) {
      assertThat(gateway().exchange(request("GET", path, "")).status()).as(path).isEqualTo(401);
    }
    assertThat(gateway().exchange(request("POST", "/healthz", "{}")).status()).isEqualTo(401);
    assertThat(gateway().call("GET", service, "").body()).isEqualTo("{\"status\":\"SERVING\"}\n");
    assertThat(
            gateway()
                .exchange(request("GET", "/healthz", "", "Authorization: Bearer wrong"))
                .status())
        .isEqualTo(401);
  }

  /** Returns the head of a response that has no body. */
  private Response head(String request) throws Exception {
    try (RawHttp1 connection = gateway().connect()) {
      return connection.send(request).head();
    }
  }

  /** What a page of another site can send without the browser asking first. */
  @ParameterizedTest
  @ValueSource(strings = {"text/plain", "application/x-www-form-urlencoded", "multipart/form-data"})
  void simpleRequestOfAPageDoesNothing(String type) throws Exception {
    start();
    for (String origin : List.of("https://evil.example", "null")) {
      Response response =
          gateway()
              .exchange(
                  request("POST", SAY_HELLO, "{}", "Origin: " + origin, "Content-Type: " + type));
      assertThat(response.status()).isEqualTo(403);
      assertThat(response.headers()).doesNotContainKey("access-control-allow-origin");
    }
    Response navigation =
        gateway().exchange(request("GET", SAY_HELLO, "", "Sec-Fetch-Site: cross-site"));
    assertThat(navigation.status()).isEqualTo(401);
    assertThat(gateway().status().getHttp().getCalls()).isZero();
  }

  @Test
  void preflightIsAnsweredForKnownOriginsOnly() throws Exception {
    start();
    String[] asked = {
      "Origin: https://app.example",
      "Access-Control-Request-Method: POST",
      "Access-Control-Request-Headers: authorization,content-type,x-tenant",
      "Access-Control-Request-Private-Network: true"
    };
    Response known = head(request("OPTIONS", SAY_HELLO, "", asked));
    assertThat(known.status()).isEqualTo(204);
    assertThat(known.closes()).isTrue();
    assertThat(known.headers())
        .containsEntry("access-control-allow-origin", "https://app.example")
        .containsEntry("access-control-allow-methods", "GET, HEAD, POST, PUT, PATCH, DELETE")
        .containsEntry("access-control-allow-headers", "authorization,content-type,x-tenant")
        .containsEntry("access-control-allow-private-network", "true")
        .containsEntry("access-control-max-age", "7200")
        .containsEntry(
            "vary", "Origin, Access-Control-Request-Method, Access-Control-Request-Headers")
        .doesNotContainKeys("access-control-allow-credentials", "content-length");

    asked[0] = "Origin: https://evil.example";
    Response other = gateway().exchange(request("OPTIONS", SAY_HELLO, "", asked));
    assertThat(other.status()).isEqualTo(403);
    assertThat(other.headers().keySet()).noneMatch(name -> name.startsWith("access-control-"));

    asked[0] = "X: no origin";
    assertThat(gateway().exchange(request("OPTIONS", SAY_HELLO, "", asked)).status())
        .isEqualTo(401);
  }

  @Test
  void pageOfAKnownOriginReadsResponsesAndTheirHeaders() throws Exception {
    start();
    Response response =
        gateway().call("POST", SAY_HELLO, "{\"name\":\"a\"}", "Origin: https://app.example");
    assertThat(response.body()).isEqualTo("{\"message\":\"Hello a\"}\n");
    assertThat(response.headers())
        .containsEntry("access-control-allow-origin", "https://app.example")
        .containsEntry(
            "access-control-expose-headers",
            "connect-content-encoding, content-encoding, content-length, content-type")
        .doesNotContainKeys("access-control-allow-credentials", "access-control-allow-methods");

    Response unauthorized =
        gateway().exchange(request("POST", SAY_HELLO, "{}", "Origin: https://app.example"));
    assertThat(unauthorized.status()).isEqualTo(401);
    assertThat(unauthorized.headers())
        .containsEntry("access-control-allow-origin", "https://app.example");

    assertThat(gateway().call("POST", SAY_HELLO, "{}").headers())
        .containsKey("vary")
        .doesNotContainKey("access-control-allow-origin");
  }

  @Test
  void withoutOriginsThereIsNoCors() throws Exception {
    TcpGateway tcp = start();
    tcp.reload(config -> config.withHttp(tcp.http(List.of("*"), Set.of("localhost"), Set.of())));

    assertThat(tcp.call("POST", SAY_HELLO, "{}").headers()).doesNotContainKey("vary");
    assertThat(tcp.call("POST", SAY_HELLO, "{}", "Origin: https://app.example").status())
        .isEqualTo(403);
  }

  /** An upstream that tries to open its responses to all pages. */
  @Test
  void serviceGetsNoTokenAndDecidesNothingAboutCors() throws Exception {
    AtomicReference<Metadata> received = new AtomicReference<>();
    ServerInterceptor interceptor =
        new ServerInterceptor() {
          @Override
          public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
              ServerCall<ReqT, RespT> call, Metadata headers, ServerCallHandler<ReqT, RespT> next) {
            received.set(headers);
            Metadata wildcard = new Metadata();
            wildcard.put(
                Metadata.Key.of("access-control-allow-origin", Metadata.ASCII_STRING_MARSHALLER),
                "*");
            call.sendHeaders(wildcard);
            call.close(Status.NOT_FOUND, wildcard);
            return new ServerCall.Listener<>() {};
          }
        };
    try (TestServer server =
        new TestServer(
            folder.resolve("u.sock"),
            List.of(
                TestServer.behind(
                    new GreeterGrpc.GreeterImplBase() {}.bindService(), List.of(interceptor))))) {
      UpstreamConfig upstream =
          TestServer.withProtoset(server.config("u"), TestServer.greeterProtoset(folder));
      gateway = new TcpGateway(folder, config -> config.withUpstreams(List.of(upstream)));

      Response response = gateway().call("POST", SAY_HELLO, "{}", "X-Tenant: a");
      assertThat(response.status()).isEqualTo(404);
      assertThat(response.headers()).doesNotContainKey("access-control-allow-origin");
      assertThat(Objects.requireNonNull(received.get(), "the metadata").keys())
          .contains("x-tenant")
          .doesNotContain("authorization");
    }
  }

  @Test
  void callsHaveTheRightsOfTheUserWithoutAdministration() throws Exception {
    PeerIdentity deploy = new PeerIdentity(4242, 4242, List.of(), 0);
    gateway =
        new TcpGateway(
            folder,
            config ->
                config
                    .withHttp(Objects.requireNonNull(as(config.http(), deploy)))
                    .withPolicy(
                        List.of(
                            new PolicyRule(
                                Set.of(4242), Set.of(), List.of(new NamePattern("*/SayHello"))))));

    assertThat(gateway().call("POST", SAY_HELLO, "{}").status()).isEqualTo(200);
    Response other = gateway().call("POST", SAY_HELLO + "BidiStream", "{}");
    assertThat(other.status()).isEqualTo(403);
    assertThat(other.body()).contains("uid 4242", "no rule");
    assertThat(gateway().call("POST", GET_STATUS, "{}").status()).isEqualTo(403);
    assertThat(gateway().call("GET", "/", "").body())
        .contains("helloworld.Greeter: SayHello\n", "curl --oauth2-bearer \"$TOKEN\" --data-raw")
        .doesNotContain("Admin");
    HttpAddress status = gateway().status().getHttp();
    assertThat(status.getUid()).isEqualTo(4242);
    assertThat(status.getCalls()).isEqualTo(3);
    assertThat(status.getRefused()).isEqualTo(2);
  }

  private static @Nullable HttpConfig as(@Nullable HttpConfig http, PeerIdentity caller) {
    return http == null
        ? null
        : new HttpConfig(
            http.address(), http.token(), caller, http.methods(), http.hosts(), http.origins());
  }

  @Test
  void gatewaysOwnUserHasNoAdministrationEither() throws Exception {
    start();
    for (String path : List.of(GET_STATUS, "/grpcos.admin.v1.Admin/Stop")) {
      Response response = gateway().call("POST", path, "{}");
      assertThat(response.status()).as(path).isEqualTo(403);
      assertThat(response.body()).contains("address 127.0.0.1:", " does not allow it");
    }
    assertThat(gateway().call("GET", "/openapi.json", "").body())
        .contains("helloworld.Greeter")
        .doesNotContain("grpcos.admin.v1");
  }

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
  void patternsNarrowTheMethods() throws Exception {
    TcpGateway tcp = start();
    tcp.reload(
        config ->
            config.withHttp(
                tcp.http(List.of("helloworld.Greeter/SayHello"), Set.of("localhost"), Set.of())));

    assertThat(tcp.call("POST", SAY_HELLO, "{}").status()).isEqualTo(200);
    assertThat(tcp.call("POST", SAY_HELLO + "BidiStream", "{}").status()).isEqualTo(403);
    assertThat(tcp.call("GET", "/healthz?service=helloworld.Greeter", "").status()).isEqualTo(200);
    assertThat(tcp.call("GET", "/healthz?service=grpcos.admin.v1.Admin", "").status())
        .isEqualTo(404);
    HttpAddress status = tcp.status().getHttp();
    assertThat(status.getMethods()).isLessThan(status.getTotal());
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
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    tcp.reload(
        config ->
            config.withHttp(
                moved(tcp.http(), new InetSocketAddress(InetAddress.getLoopbackAddress(), port))));
    Reloaded result =
        tcp.reload(config -> config.withHttp(moved(tcp.http(), new InetSocketAddress(port))));

    assertThat(result.problems())
        .containsExactly(
            "listen.http.address: the gateway listens on 127.0.0.1:%d until the change; change the"
                    .formatted(port)
                + " port too, or restart the gateway");
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
  void auditNamesTheClientsAddress() throws Exception {
    Path file = folder.resolve("audit");
    gateway = new TcpGateway(folder, config -> config.withAudit(new AuditConfig(file)));
    String local;
    try (RawHttp1 connection = gateway().connect()) {
      local = connection.local().toString().substring(1);
      connection.send(request("POST", SAY_HELLO, "{}", AUTHORIZATION)).response();
    }
    Await.until("a record", () -> Files.readString(file).contains("SayHello"));
    assertThat(Files.readString(file))
        .contains(
            "\"uid\":%d,\"gid\":0,\"address\":\"%s\",\"socket\":\"%s\","
                .formatted(OwnProcess.uid(), local, gateway().status().getHttp().getAddress()))
        .doesNotContain("\"pid\":0");
  }

  @Test
  void http2IsNotSupported() throws Exception {
    start();
    try (RawHttp1 connection = gateway().connect()) {
      Response response = connection.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").response();
      assertThat(response.status()).isEqualTo(505);
      assertThat(response.body()).contains("use HTTP/1.1");
      assertThat(connection.ends()).isTrue();
    }
  }

  @Test
  void clientsOverTcpHaveTheShareOfOneUser() throws Exception {
    TcpGateway tcp = start(Limits.DEFAULT.withConnections(32).withShare(25));
    List<RawHttp1> open = new ArrayList<>();
    InetSocketAddress address = tcp.address();
    try {
      for (int i = 0; i < 8; i++) {
        open.add(new RawHttp1(address));
      }
      for (RawHttp1 each : open) {
        each.send("GET /");
      }
      Await.until("the connections", () -> tcp.status().getHttp().getConnections() == 8);
      Response surplus = tcp.call("POST", SAY_HELLO, "{}");
      assertThat(surplus.status()).isEqualTo(429);
      assertThat(surplus.body()).contains("all clients over TCP have 8 connections, their share");
      try (RawHttp1 socket = new RawHttp1(folder.resolve("g.sock"))) {
        assertThat(socket.send(RawHttp1.post(SAY_HELLO, "{}")).response().status()).isEqualTo(200);
      }
    } finally {
      for (RawHttp1 each : open) {
        each.close();
      }
    }
  }

  @Test
  void responseIsSentToAClientThatHasShutDownItsOutput() throws Exception {
    start();
    try (RawHttp1 connection = gateway().connect()) {
      connection.send(request("POST", SAY_HELLO, "{}", AUTHORIZATION)).shutdownOutput();
      assertThat(connection.response().status()).isEqualTo(200);
      assertThat(connection.ends()).isTrue();
    }
  }

  @Test
  void callOfAClientThatHasGoneIsCancelled() throws Exception {
    TcpGateway tcp = start();
    try (RawHttp1 connection = tcp.connect()) {
      String watch = "/grpc.health.v1.Health/Watch";
      connection.send(request("POST", watch, "{}", AUTHORIZATION)).head();
      assertThat(tcp.status().getCalls().getInFlight()).isEqualTo(2);
    }
    Await.until("the end of the call", () -> tcp.status().getCalls().getInFlight() == 1);
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
