package dev.grpcos.gateway.http;

import static dev.grpcos.gateway.http.RawHttp1.get;
import static dev.grpcos.gateway.http.RawHttp1.post;
import static dev.grpcos.gateway.http.RawHttp1.request;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.gateway.call.Gzip;
import dev.grpcos.gateway.config.AuditConfig;
import dev.grpcos.gateway.config.NamePattern;
import dev.grpcos.gateway.config.PolicyRule;
import dev.grpcos.gateway.http.RawHttp1.Response;
import dev.grpcos.gateway.process.OwnProcess;
import dev.grpcos.proto.helloworld.HelloReply;
import dev.grpcos.proto.helloworld.HelloRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests requests with one message, and the gateway's own pages. */
final class HttpRequestsTest extends HttpFixture {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Type: application/json",
        "Content-Type: application/json; charset=utf-8",
        "Content-Type: APPLICATION/JSON",
        "content-type: application/x-www-form-urlencoded",
        "Content-Type: application/x-ndjson",
        "X-No: content type"
      })
  void jsonIsAnsweredWithJson(String type) throws Exception {
    Response response = gateway.exchange(post(SAY_HELLO, WORLD, type));

    assertThat(response.status()).isEqualTo(200);
    assertThat(response.headers()).containsEntry("content-type", "application/json");
    assertThat(response.body()).isEqualTo(HELLO);
  }

  @Test
  void protoIsAnsweredWithProto() throws Exception {
    String message =
        new String(HelloRequest.newBuilder().setName("world").build().toByteArray(), ISO_8859_1);
    Response response =
        gateway.exchange(post(SAY_HELLO, message, "Content-Type: application/proto"));

    assertThat(response.headers()).containsEntry("content-type", "application/proto");
    assertThat(HelloReply.parseFrom(response.bytes()).getMessage()).isEqualTo("Hello world");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          /helloworld.Greeter/SayHelo | no method 'SayHelo' in helloworld.Greeter; did you mean 'SayHello'?
          /helloworld.Greter/SayHello | no service 'helloworld.Greter'; did you mean 'helloworld.Greeter'?
          /x.Nothing/Like             | no service 'x.Nothing'; there are: grpc.health.v1.Health
          /helloworld                 | no resource /helloworld; call a method as /package.Service/Method
          """)
  void unknownNameIsNotFound(String path, String message) throws Exception {
    Response response = gateway.exchange(post(path, WORLD));

    assertThat(response.status()).isEqualTo(404);
    assertThat(response.headers()).containsEntry("content-type", "application/json");
    assertThat(response.body()).startsWith("{\"code\":\"not_found\",\"message\":\"" + message);
  }

  @Test
  void unknownMethodIsNotFoundInProto() throws Exception {
    Response response =
        gateway.exchange(
            post("/helloworld.Greeter/SayHelo", "", "Content-Type: application/proto"));

    assertThat(response.status()).isEqualTo(404);
    assertThat(response.body()).contains("did you mean 'SayHello'?");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"nam":"x"}             | request body line 1, column 2: no field \\"nam\\" in helloworld.HelloRequest; did you mean 'name'?
          {"name":5}              | request body line 1, column 9: name: expected a string, got 5
          {"name":"x"} {}         | request body has more than one JSON value, but the method takes one request
          {"name":"x"             | request body line 1
          []                      | request body line 1, column 1: an array: a JSON object is expected
          """)
  void invalidJsonIsReportedWithItsPosition(String body, String message) throws Exception {
    Response response = gateway.exchange(post(SAY_HELLO, body));

    assertThat(response.status()).isEqualTo(400);
    assertThat(response.body())
        .startsWith("{\"code\":\"invalid_argument\",\"message\":\"" + message);
  }

  @Test
  void emptyBodyIsNotARequest() throws Exception {
    Response response = gateway.exchange(post(SAY_HELLO, ""));

    assertThat(response.status()).isEqualTo(400);
    assertThat(response.body()).contains("request body is empty: send {} for an empty request");
  }

  @ParameterizedTest
  @CsvSource({
    "/helloworld.Greeter/SayHello, text/plain",
    "/helloworld.Greeter/SayHello, application/connect+json",
    "/helloworld.Greeter/SayHelloStreamReply, application/proto",
    "/helloworld.Greeter/SayHello, multipart/form-data"
  })
  void otherContentTypeIsUnsupported(String path, String type) throws Exception {
    Response response = gateway.exchange(post(path, WORLD, "Content-Type: " + type));

    assertThat(response.status()).isEqualTo(415);
    assertThat(response.headers().get("accept-post")).contains("application/");
    assertThat(response.body())
        .contains("content type " + type + " is not supported")
        .contains("use one of application/");
  }

  @Test
  void connectClientGetsNoLinesForAStream() throws Exception {
    Response response =
        gateway.exchange(
            post(
                "/helloworld.Greeter/SayHelloStreamReply",
                WORLD,
                "Content-Type: application/json",
                "Connect-Protocol-Version: 1"));

    assertThat(response.status()).isEqualTo(415);
  }

  @Test
  void otherVersionOfConnectIsInvalid() throws Exception {
    Response response = gateway.exchange(post(SAY_HELLO, WORLD, "Connect-Protocol-Version: 2"));

    assertThat(response.status()).isEqualTo(400);
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /helloworld.Greeter/SayHello, POST",
    "PUT, /, 'GET, HEAD'",
    "POST, /healthz, 'GET, HEAD'"
  })
  void otherMethodIsNotAllowed(String method, String path, String allowed) throws Exception {
    Response response = gateway.exchange(request(method, path, ""));

    assertThat(response.status()).isEqualTo(405);
    assertThat(response.headers()).containsEntry("allow", allowed);
  }

  @Test
  void rootListsServicesAndAnExample() throws Exception {
    Response response = gateway.exchange(get("/"));

    assertThat(response.status()).isEqualTo(200);
    assertThat(response.body())
        .contains("  helloworld.Greeter: SayHello, SayHelloStreamReply, SayHelloBidiStream\n")
        .contains(
            "curl --unix-socket %s --data-raw '{}' http://grpcos/helloworld.Greeter/SayHello"
                .formatted(gateway.socket()));
  }

  @Test
  void openApiDescribesTheServices() throws Exception {
    Response response = gateway.exchange(get("/openapi.json"));

    assertThat(response.headers()).containsEntry("content-type", "application/json");
    assertThat(response.body())
        .startsWith("{\n  \"openapi\": \"3.1.0\"")
        .contains("\"/helloworld.Greeter/SayHello\"")
        .contains("The name to greet; may be empty.");
  }

  @Test
  void healthIsThatOfTheGateway() throws Exception {
    assertThat(gateway.exchange(get("/healthz")).body()).isEqualTo("{\"status\":\"SERVING\"}\n");
    assertThat(gateway.exchange(get("/healthz")).status()).isEqualTo(200);
    assertThat(gateway.exchange(get("/healthz?service=no.Such")).status()).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/healthz?service=%zz",
        "/?%",
        "/openapi.json?a=%f",
        "/helloworld.Greeter/SayHello?message=%zz",
        "/no/such?a=%zz"
      })
  void malformedQueryIsInvalid(String target) throws Exception {
    try (RawHttp1 connection = gateway.connect()) {
      Response response = connection.send(get(target)).response();

      assertThat(response.status()).isEqualTo(400);
      assertThat(response.body())
          .startsWith("{\"code\":\"invalid_argument\"")
          .contains("the query of the request target is malformed: ");
      assertThat(connection.send(get("/healthz")).response().status()).isEqualTo(200);
    }
  }

  @Test
  void headHasNoBody() throws Exception {
    try (RawHttp1 connection = gateway.connect()) {
      Response head = connection.send(request("HEAD", "/healthz", "")).head();
      assertThat(head.headers()).containsEntry("content-length", "21");

      assertThat(connection.send(get("/healthz")).response().status()).isEqualTo(200);
    }
  }

  @Test
  void targetMayHaveAHost() throws Exception {
    assertThat(gateway.exchange(post("http://grpcos" + SAY_HELLO, WORLD)).body()).isEqualTo(HELLO);
  }

  @Test
  void compressedRequestIsRead() throws Exception {
    String body = new String(Gzip.compress(WORLD.getBytes(UTF_8)), ISO_8859_1);
    Response response =
        gateway.exchange(
            post(SAY_HELLO, body, "Content-Encoding: gzip", "Accept-Encoding: identity"));

    assertThat(response.body()).isEqualTo(HELLO);
  }

  @Test
  void responseIsCompressedForAClientThatAcceptsIt() throws Exception {
    Response response = gateway.exchange(post(SAY_HELLO, WORLD, "Accept-Encoding: br, gzip;q=0.5"));

    assertThat(response.headers()).containsEntry("content-encoding", "gzip");
    assertThat(new String(Gzip.decompress(response.bytes(), 1000), UTF_8)).isEqualTo(HELLO);
  }

  @Test
  void otherContentEncodingIsUnimplemented() throws Exception {
    Response response = gateway.exchange(post(SAY_HELLO, WORLD, "Content-Encoding: br"));

    assertThat(response.status()).isEqualTo(501);
    assertThat(response.body())
        .contains("content encoding br is not supported; use one of identity, gzip");
  }

  @Test
  void identityInAHeaderIsIgnored() throws Exception {
    Response response = gateway.exchange(post(SAY_HELLO, WORLD, "grpcos-peer-bin: AQID"));

    assertThat(response.body()).isEqualTo(HELLO);
  }

  @Test
  void invalidBinaryHeaderIsReported() throws Exception {
    Response response = gateway.exchange(post(SAY_HELLO, WORLD, "x-bin: !"));

    assertThat(response.status()).isEqualTo(400);
    assertThat(response.body()).contains("header x-bin is not valid metadata");
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "-1", "12345678901", ""})
  void invalidTimeoutIsReported(String timeout) throws Exception {
    Response response = gateway.exchange(post(SAY_HELLO, WORLD, "Connect-Timeout-Ms: " + timeout));

    assertThat(response.status()).isEqualTo(400);
    assertThat(response.body()).contains("Connect-Timeout-Ms");
  }

  @Test
  void suggestionsAreWhatTheCallerMayCall(@TempDir Path folder) throws Exception {
    PolicyRule one =
        new PolicyRule(Set.of(OwnProcess.uid()), Set.of(), List.of(new NamePattern("x.*")));
    try (var narrow = new HttpGateway(folder, config -> config.withPolicy(List.of(one)))) {
      assertThat(narrow.exchange(post("/x.Y/Z", "{}")).body())
          .contains("no service 'x.Y'; there are: grpc.health.v1.Health")
          .doesNotContain("helloworld");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "POST, /helloworld.Greeter/SayHello, '{}'",
    "POST, /helloworld.Greeter/SayHello, 'not JSON'",
    "POST, /helloworld.Greeter/SayHelo, '{}'",
    "POST, /no.such.Service/Method, '{}'",
    "GET, /helloworld.Greeter/SayHello, ''",
    "POST, /helloworld.Greeter/SayHelloStreamReply, 'not JSON'"
  })
  void callerWithoutRightsLearnsNothing(
      String method, String path, String body, @TempDir Path folder) throws Exception {
    PolicyRule others =
        new PolicyRule(
            Set.of(OwnProcess.uid() + 1), Set.of(), List.of(new NamePattern("helloworld.*")));
    try (var closed = new HttpGateway(folder, config -> config.withPolicy(List.of(others)))) {
      Response response = closed.exchange(request(method, path, body));

      assertThat(response.status()).isEqualTo(403);
      assertThat(response.body())
          .contains("\"code\":\"permission_denied\"")
          .contains("may not call " + path.substring(1))
          .doesNotContain("did you mean");
      assertThat(closed.exchange(get("/")).body()).doesNotContain("helloworld");
      assertThat(closed.exchange(get("/openapi.json")).body()).doesNotContain("helloworld");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/helloworld.Greeter/SayHello",
        "/helloworld.Greeter/SayHelloBidiStream",
        "/no.such.Service/Method"
      })
  void callerWithoutRightsIsRefusedBeforeTheBody(String path, @TempDir Path folder)
      throws Exception {
    PolicyRule others =
        new PolicyRule(Set.of(OwnProcess.uid() + 1), Set.of(), List.of(new NamePattern("*")));
    Path audit = folder.resolve("audit.jsonl");
    List<String> types =
        List.of("application/json", "application/proto", "application/connect+json", "text/plain");
    try (var closed =
        new HttpGateway(
            folder,
            config -> config.withPolicy(List.of(others)).withAudit(new AuditConfig(audit)))) {
      for (String type : types) {
        try (RawHttp1 connection = closed.connect()) {
          connection.send(
              request(
                  "POST",
                  path,
                  "",
                  "Content-Type: " + type,
                  "Transfer-Encoding: chunked",
                  "Expect: 100-continue"));
          Response response = connection.response();

          assertThat(response.status()).as(type).isEqualTo(403);
          assertThat(response.closes()).as(type).isTrue();
        }
      }
    }
    assertThat(Files.readString(audit))
        .contains("\"method\":\"" + path.substring(1), "\"status\":\"PERMISSION_DENIED\"");
  }

  @Test
  void requestThatCannotBeAnsweredIsRecordedOnce(@TempDir Path folder) throws Exception {
    Path audit = folder.resolve("audit.jsonl");
    try (var audited =
        new HttpGateway(folder, config -> config.withAudit(new AuditConfig(audit)))) {
      assertThat(audited.exchange(get(SAY_HELLO)).status()).isEqualTo(405);
      assertThat(audited.exchange(post("/helloworld.Greeter/SayHelo", "{}")).status())
          .isEqualTo(404);
      assertThat(audited.exchange(post(SAY_HELLO, WORLD)).status()).isEqualTo(200);
    }
    assertThat(Files.readString(audit))
        .containsOnlyOnce("\"status\":\"UNKNOWN\"")
        .containsOnlyOnce("\"status\":\"UNIMPLEMENTED\"")
        .containsOnlyOnce("\"status\":\"OK\"");
  }
}
