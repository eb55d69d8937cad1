package dev.grpcos.gateway.http;

import static dev.grpcos.gateway.http.RawHttp1.post;
import static dev.grpcos.gateway.http.RawHttp1.request;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.gateway.Await;
import dev.grpcos.gateway.config.Limits;
import dev.grpcos.gateway.http.RawHttp1.Response;
import dev.grpcos.proto.helloworld.HelloRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests streams of a server behind the gateway. */
@Timeout(180)
final class HttpStreamsTest {
  private static final String GREETER = "/helloworld.Greeter/";
  private static final String STREAM = GREETER + "SayHelloStreamReply";
  private static final String INPUT = "/grpc.testing.TestService/StreamingInputCall";

  private final StreamingGreeter greeter = new StreamingGreeter();
  private HttpGateway gateway;

  @BeforeEach
  void start(@TempDir Path folder) throws Exception {
    gateway = StreamsGateway.start(folder, greeter);
  }

  @AfterEach
  void stop() {
    gateway.close();
  }

  @Test
  void serverStreamHasALineForEachMessage() throws Exception {
    Response response = gateway.exchange(post(STREAM, "{\"name\":\"3\"}"));

    assertThat(response.headers()).containsEntry("content-type", "application/x-ndjson");
    assertThat(response.body())
        .isEqualTo("{\"message\":\"1\"}\n{\"message\":\"2\"}\n{\"message\":\"3\"}\n");
    assertThat(response.whole()).isTrue();
  }

  @Test
  void emptyServerStreamIsAnEmptyBody() throws Exception {
    Response response = gateway.exchange(post(STREAM, "{\"name\":\"0\"}"));

    assertThat(response.status()).isEqualTo(200);
    assertThat(response.body()).isEmpty();
  }

  @Test
  void connectionIsUsedAgainAfterAStream() throws Exception {
    try (RawHttp1 connection = gateway.connect()) {
      for (int i = 0; i < 3; i++) {
        assertThat(connection.send(post(STREAM, "{\"name\":\"1\"}")).response().body())
            .isEqualTo("{\"message\":\"1\"}\n");
      }
    }
  }

  @Test
  void errorAfterAMessageIsTheLastLineAndCutsTheConnection() throws Exception {
    Response response = gateway.exchange(post(STREAM, "{\"name\":\"2 then fail\"}"));

    assertThat(response.status()).isEqualTo(200);
    assertThat(response.body())
        .endsWith(
            """
            {"message":"2"}
            {"error":{"code":"data_loss","message":"no more"}}
            """);
    assertThat(response.whole()).isFalse();
  }

  @Test
  void errorBeforeAMessageIsAnHttpError() throws Exception {
    Response response = gateway.exchange(post(STREAM, "{\"name\":\"0 then fail\"}"));

    assertThat(response.status()).isEqualTo(500);
    assertThat(response.body()).isEqualTo("{\"code\":\"data_loss\",\"message\":\"no more\"}\n");
  }

  @Test
  void serverSentEventsHaveDataAndAnError() throws Exception {
    Response response =
        gateway.exchange(post(STREAM, "{\"name\":\"1 then fail\"}", "Accept: text/event-stream"));

    assertThat(response.headers()).containsEntry("content-type", "text/event-stream");
    assertThat(response.body())
        .isEqualTo(
            """
            data: {"message":"1"}

            event: error
            data: {"error":{"code":"data_loss","message":"no more"}}

            """);
    assertThat(response.whole()).isFalse();
  }

  @Test
  void http10StreamEndsWithItsConnection() throws Exception {
    Response response =
        gateway.exchange(
            "POST " + STREAM + " HTTP/1.0\r\nContent-Length: 12\r\n\r\n{\"name\":\"1\"}");

    assertThat(response.headers()).doesNotContainKey("transfer-encoding");
    assertThat(response.body()).isEqualTo("{\"message\":\"1\"}\n");
  }

  @Test
  void eachLineIsARequestOfAClientStream() throws Exception {
    try (RawHttp1 connection = gateway.connect()) {
      connection.send(request("POST", INPUT, "", "Transfer-Encoding: chunked"));
      connection.chunk("{\"payload\":{\"body\":\"AAAA\"}}\n\n{\"payload\":");
      connection.chunk("{\"body\":\"AAAA\"}}\r\n{}").chunk("");

      assertThat(connection.response().body()).isEqualTo("{\"aggregatedPayloadSize\":6}\n");
    }
  }

  @Test
  void conversationIsAnsweredLineByLine() throws Exception {
    try (RawHttp1 connection = gateway.connect()) {
      connection.send(
          request(
              "POST",
              GREETER + "SayHelloBidiStream",
              "",
              "Transfer-Encoding: chunked",
              "Content-Type: application/x-ndjson"));
      connection.chunk("{\"name\":\"a\"}\n");
      assertThat(connection.head().status()).isEqualTo(200);
      assertThat(connection.chunk()).asString(UTF_8).isEqualTo("{\"message\":\"a\"}\n");
      connection.chunk("{\"name\":\"b\"}\n");
      assertThat(connection.chunk()).asString(UTF_8).isEqualTo("{\"message\":\"b\"}\n");
      connection.chunk("");
      assertThat(connection.chunk()).isEmpty();
    }
  }

  @Test
  void invalidLineIsReportedWithItsNumber() throws Exception {
    Response response = gateway.exchange(post(INPUT, "{}\n\n{\"x\":1}\n"));

    assertThat(response.status()).isEqualTo(400);
    assertThat(response.body()).contains("request body line 3, column 2: no field \\\"x\\\"");
  }

  @Test
  void twoValuesOnALineAreReported() throws Exception {
    Response response = gateway.exchange(post(INPUT, "{} {}\n"));

    assertThat(response.body()).contains("request body line 1 has more than one JSON value");
  }

  @Test
  void earlyErrorIsReceivedWhileTheRequestContinues() throws Exception {
    try (RawHttp1 connection = gateway.connect()) {
      connection.send(request("POST", INPUT, "", "Transfer-Encoding: chunked"));
      connection.chunk("no JSON\n");
      for (int i = 0; i < 100; i++) {
        connection.chunk("x".repeat(1000));
      }
      Response response = connection.response();
      assertThat(response.status()).isEqualTo(400);
      assertThat(response.closes()).isTrue();
      try {
        connection.chunk("");
      } catch (IOException e) {
        // The gateway reads the rest of a refused request for two seconds only.
      }
      assertThat(connection.ends()).isTrue();
    }
  }

  @Test
  void disconnectCancelsTheCall() throws Exception {
    try (RawHttp1 connection = gateway.connect()) {
      connection.send(post(STREAM, "{\"name\":\"1 then hang\"}"));
      connection.head();
      connection.chunk();
    }
    Await.until("the call is cancelled", greeter.cancelled::get);
  }

  @Test
  void disconnectBeforeTheResponseCancelsTheCall() throws Exception {
    try (RawHttp1 connection = gateway.connect()) {
      connection.send(post(STREAM, "{\"name\":\"0 then hang\"}"));
      Await.until("the call has begun", () -> greeter.started.get() > 0);
    }
    Await.until("the call is cancelled", greeter.cancelled::get);
  }

  @Test
  void stoppingGatewayEndsTheCallWithItsStatus() throws Exception {
    try (RawHttp1 idle = gateway.connect();
        RawHttp1 connection = gateway.connect()) {
      assertThat(idle.send(post(STREAM, "{\"name\":\"0\"}")).response().status()).isEqualTo(200);
      connection.send(post(STREAM, "{\"name\":\"0 then hang\"}"));
      Await.until("the call has begun", () -> greeter.started.get() > 1);

      gateway.gateway().shutdown();
      assertThat(idle.ends()).isTrue();
      Response response = connection.response();
      assertThat(response.status()).isEqualTo(503);
      assertThat(response.body()).contains("the gateway is stopping");
      assertThat(connection.ends()).isTrue();
    }
  }

  @Test
  void clientThatOnlyEndsItsOutputIsAnswered() throws Exception {
    try (RawHttp1 connection = gateway.connect()) {
      String request = post(STREAM, "{\"name\":\"2\"}");
      connection.send(request + request).shutdownOutput();

      for (int i = 0; i < 2; i++) {
        assertThat(connection.response().body()).hasLineCount(2);
      }
      assertThat(connection.ends()).isTrue();
    }
  }

  @Test
  void clientThatLeavesAfterItHasEndedItsOutputCancelsTheCall() throws Exception {
    try (RawHttp1 connection = gateway.connect()) {
      connection.send(post(STREAM, "{\"name\":\"0 then hang\"}")).shutdownOutput();
      Await.until("the call has begun", () -> greeter.started.get() > 0);
    }
    Await.until("the call is cancelled", greeter.cancelled::get);
  }

  @Test
  void incompleteRequestAtTheEndOfTheOutputIsDropped() throws Exception {
    try (RawHttp1 connection = gateway.connect()) {
      connection.send("POST " + STREAM + " HTTP/1.1\r\nHost: a\r\n").shutdownOutput();

      assertThat(connection.ends()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"SayHello", "SayHelloStreamReply", "SayHelloBidiStream"})
  void incompleteBodyAtTheEndOfTheOutputIsDropped(String method) throws Exception {
    try (RawHttp1 connection = gateway.connect()) {
      connection
          .send(request("POST", GREETER + method, "", "Content-Length: 100") + "{\"name\":")
          .shutdownOutput();

      assertThat(connection.ends()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"application/json", "application/connect+proto"})
  void slowClientSlowsTheServer(String type) throws Exception {
    try (RawHttp1 connection = gateway.connect()) {
      String body =
          type.equals("application/json")
              ? "{\"name\":\"1000000 large\"}"
              : new String(
                  ConnectEnvelopes.of(0, hello("1000000 large").toByteArray()), ISO_8859_1);
      connection.send(post(STREAM, body, "Content-Type: " + type));
      Await.until("the server waits", greeter.waits::get);

      assertThat(greeter.sent.get()).as("messages of 10 kB").isLessThan(2000);
      connection.head();
      connection.chunk();
    }
    Await.until("the call is cancelled", greeter.cancelled::get);
  }

  @Test
  void clientThatEndsItsOutputAndReadsNothingCancelsTheCall(@TempDir Path other) throws Exception {
    StreamingGreeter endless = new StreamingGreeter();
    try (HttpGateway impatient =
            new HttpGateway(
                other,
                config -> config.withLimits(Limits.DEFAULT.withIdle(Duration.ofSeconds(1))),
                List.of(endless.bindService()));
        RawHttp1 connection = impatient.connect()) {
      connection.send(post(STREAM, "{\"name\":\"1000000 large\"}")).shutdownOutput();

      Await.until("the call is cancelled", endless.cancelled::get);
      assertThat(endless.sent.get()).as("messages of 10 kB").isLessThan(2000);
    }
  }

  @Test
  void slowServerSlowsTheClient() throws Exception {
    greeter.holds.set(true);
    String line = "{\"name\":\"" + "x".repeat(10_000) + "\"}\n";
    AtomicInteger lines = new AtomicInteger();
    Thread sender;
    try (RawHttp1 connection = gateway.connect()) {
      connection.send(
          request("POST", GREETER + "SayHelloBidiStream", "", "Transfer-Encoding: chunked"));
      sender = new Thread(() -> sendEndlessly(connection, line, lines));
      sender.start();
      Await.until("the client waits", new Unchanged(lines)::get);

      assertThat(lines.get()).as("lines of 10 kB").isLessThan(2000);
    }
    sender.join();
  }

  /** Whether a number has stayed the same for many looks at it. */
  private static final class Unchanged {
    private static final int LOOKS = 200;

    private final AtomicInteger number;
    private int last;
    private int looks;

    Unchanged(AtomicInteger number) {
      this.number = number;
    }

    boolean get() {
      int now = number.get();
      looks = now > 0 && now == last ? looks + 1 : 0;
      last = now;
      return looks > LOOKS;
    }
  }

  private static void sendEndlessly(RawHttp1 connection, String line, AtomicInteger lines) {
    try {
      while (true) {
        connection.chunk(line);
        lines.incrementAndGet();
      }
    } catch (IOException e) {
      // The test closes the connection.
    }
  }

  private static HelloRequest hello(String name) {
    return HelloRequest.newBuilder().setName(name).build();
  }
}
