package dev.grpcos.gateway.http;

import static dev.grpcos.gateway.http.TcpGateway.AUTHORIZATION;
import static dev.grpcos.gateway.http.TcpGateway.TOKEN;
import static dev.grpcos.gateway.http.TcpGateway.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.gateway.Await;
import dev.grpcos.gateway.config.AuditConfig;
import dev.grpcos.gateway.config.Limits;
import dev.grpcos.gateway.config.NamePattern;
import dev.grpcos.gateway.config.PolicyRule;
import dev.grpcos.gateway.http.RawHttp1.Response;
import dev.grpcos.gateway.peer.PeerIdentity;
import dev.grpcos.gateway.process.OwnProcess;
import dev.grpcos.proto.admin.v1.HttpAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests who may call over TCP, and which rights the calls have. */
final class HttpOverTcpTest extends TcpFixture {
  private static final String GET_STATUS = "/grpcos.admin.v1.Admin/GetStatus";

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

  @Test
  void callsHaveTheRightsOfTheUserWithoutAdministration() throws Exception {
    PeerIdentity deploy = new PeerIdentity(4242, 4242, List.of(), 0);
    gateway =
        new TcpGateway(
            folder,
            config ->
                config
                    .withHttp(as(config.http(), deploy))
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
      Await.until(
          "the call, beside that of the status", () -> tcp.status().getCalls().getInFlight() == 2);
    }
    Await.until("the end of the call", () -> tcp.status().getCalls().getInFlight() == 1);
  }
}
