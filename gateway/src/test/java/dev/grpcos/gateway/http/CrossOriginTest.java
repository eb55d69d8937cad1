package dev.grpcos.gateway.http;

import static dev.grpcos.gateway.http.TcpGateway.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.gateway.config.UpstreamConfig;
import dev.grpcos.gateway.http.RawHttp1.Response;
import dev.grpcos.gateway.upstream.TestServer;
import dev.grpcos.proto.helloworld.GreeterGrpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests what pages of other sites can do at a TCP address. */
final class CrossOriginTest extends TcpFixture {
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
}
