package dev.grpcos.gateway.http;

import static dev.grpcos.gateway.http.RawHttp1.post;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.gateway.call.Gzip;
import dev.grpcos.gateway.http.RawHttp1.Response;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests the metadata, errors, deadlines and envelopes of the Connect protocol. */
@Timeout(180)
final class ConnectProtocolTest {
  private static final String GREETER = "/helloworld.Greeter/";
  private static final String STREAM = GREETER + "SayHelloStreamReply";
  private HttpGateway gateway;

  @BeforeEach
  void start(@TempDir Path folder) throws Exception {
    gateway = StreamsGateway.start(folder, new StreamingGreeter());
  }

  @AfterEach
  void stop() {
    gateway.close();
  }

  @Test
  void metadataAndTrailersAreHeaders() throws Exception {
    Response response =
        gateway.exchange(
            post(GREETER + "SayHello", "{\"name\":\"x\"}", "X-Tag: a", "X-Raw-Bin: AQI"));

    assertThat(response.headers())
        .containsEntry("x-tag", "a")
        .containsEntry("x-raw-bin", "AQI")
        .containsEntry("trailer-x-tag", "end of a");
  }

  @Test
  void errorHasItsDetails() throws Exception {
    Response response = gateway.exchange(post(GREETER + "SayHello", "{\"name\":\"details\"}"));

    assertThat(response.status()).isEqualTo(503);
    assertThat(response.body())
        .isEqualTo(
            "{\"code\":\"unavailable\",\"message\":\"later\",\"details\":[{\"type\":"
                + "\"google.rpc.RetryInfo\",\"value\":\"CgIIHg\",\"debug\":"
                + "{\"retryDelay\":\"30s\"}}]}\n");
  }

  @Test
  void deadlineIsThatOfTheClient() throws Exception {
    Response response =
        gateway.exchange(
            post(GREETER + "SayHello", "{\"name\":\"hang\"}", "Connect-Timeout-Ms: 50"));

    assertThat(response.status()).isEqualTo(504);
    // The timer of the connection and that of the upstream's call run out at the same time.
    assertThat(response.body())
        .matches(
            "\\{\"code\":\"deadline_exceeded\",\"message\":\"(no answer within 50ms; allow more"
                + " time with Connect-Timeout-Ms|upstream u .*: no answer before the"
                + " deadline)\"}\n");
  }

  @Test
  void deadlineEndsAStreamAfterItsResponses() throws Exception {
    int millis = 500;
    Response stream = watch(millis);
    while (stream.status() == 504 && millis < 30_000) { // too short for the first response
      millis *= 2;
      stream = watch(millis);
    }
    assertThat(stream.body())
        .isEqualTo(
            "{\"status\":\"SERVING\"}\n{\"error\":{\"code\":\"deadline_exceeded\",\"message\":"
                + "\"the deadline of %dms passed after 1 response; allow more time with"
                    .formatted(millis)
                + " Connect-Timeout-Ms\"}}\n");
  }

  private Response watch(int millis) throws IOException {
    return gateway.exchange(
        post("/grpc.health.v1.Health/Watch", "{}", "Connect-Timeout-Ms: " + millis));
  }

  @Test
  void envelopesHaveMessagesAndAnEnd() throws Exception {
    Response response = connect("{\"name\":\"2\"}", "X-Tag: a");

    assertThat(response.headers()).containsEntry("content-type", "application/connect+json");
    assertThat(ConnectEnvelopes.read(response))
        .containsExactly(
            "0 {\"message\":\"1\"}",
            "0 {\"message\":\"2\"}",
            "2 {\"metadata\":{\"x-tag\":[\"end of a\"]}}");
    assertThat(response.whole()).isTrue();
  }

  @Test
  void errorIsInTheLastEnvelope() throws Exception {
    assertThat(ConnectEnvelopes.read(connect("{\"name\":\"1 then fail\"}")))
        .containsExactly(
            "0 {\"message\":\"1\"}",
            "2 {\"error\":{\"code\":\"data_loss\",\"message\":\"no more\"},\"metadata\":{}}");
  }

  @Test
  void invalidRequestIsInTheLastEnvelope() throws Exception {
    Response response = connect("{\"nam\":\"1\"}");

    assertThat(response.status()).isEqualTo(200);
    assertThat(ConnectEnvelopes.read(response))
        .singleElement()
        .asString()
        .startsWith("2 {\"error\":{\"code\":\"invalid_argument\"");
  }

  @Test
  void envelopesAreCompressedIfBothSidesAgree() throws Exception {
    String body =
        new String(
            ConnectEnvelopes.of(1, Gzip.compress("{\"name\":\"1\"}".getBytes(UTF_8))), ISO_8859_1);
    Response response =
        gateway.exchange(
            post(
                STREAM,
                body,
                "Content-Type: application/connect+json",
                "Connect-Content-Encoding: gzip"));

    assertThat(response.headers()).containsEntry("connect-content-encoding", "gzip");
    assertThat(ConnectEnvelopes.read(response)).contains("1 {\"message\":\"1\"}");
  }

  @Test
  void unannouncedCompressionIsAnError() throws Exception {
    String body = new String(ConnectEnvelopes.of(1, Gzip.compress(new byte[0])), ISO_8859_1);
    Response response =
        gateway.exchange(post(STREAM, body, "Content-Type: application/connect+json"));

    assertThat(ConnectEnvelopes.read(response))
        .singleElement()
        .asString()
        .contains("\"code\":\"internal\"");
  }

  @Test
  void methodWithOneRequestTakesOneEnvelope() throws Exception {
    String message = new String(ConnectEnvelopes.of(0, "{}".getBytes(UTF_8)), ISO_8859_1);
    for (String body : List.of("", message + message)) {
      Response response =
          gateway.exchange(post(STREAM, body, "Content-Type: application/connect+json"));

      assertThat(ConnectEnvelopes.read(response))
          .singleElement()
          .asString()
          .contains("\"code\":\"unimplemented\"")
          .contains("takes one request, got");
    }
  }

  private Response connect(String json, String... headers) throws IOException {
    List<String> all = new ArrayList<>(List.of(headers));
    all.add("Content-Type: application/connect+json");
    return gateway.exchange(
        post(
            STREAM,
            new String(ConnectEnvelopes.of(0, json.getBytes(UTF_8)), ISO_8859_1),
            all.toArray(String[]::new)));
  }
}
