package dev.grpcos.gateway.http;

import static dev.grpcos.gateway.http.RawHttp1.get;
import static dev.grpcos.gateway.http.RawHttp1.post;
import static dev.grpcos.gateway.http.RawHttp1.request;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.grpcos.gateway.Await;
import dev.grpcos.gateway.call.Gzip;
import dev.grpcos.gateway.config.Limits;
import dev.grpcos.gateway.http.RawHttp1.Response;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the limits, and requests that violate HTTP. The timeout bounds reads that would wait. */
@Timeout(180)
@Execution(ExecutionMode.CONCURRENT)
final class HttpLimitsTest {
  private static final String SAY_HELLO = "/helloworld.Greeter/SayHello";

  @TempDir private Path folder;
  private @Nullable HttpGateway gateway;

  private void start(Limits limits) throws Exception {
    gateway = new HttpGateway(folder, config -> config.withLimits(limits));
  }

  private HttpGateway gateway() {
    return Objects.requireNonNull(gateway, "started by the test");
  }

  @AfterEach
  void stop() {
    gateway().close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET / HTTP/1.1\r\nHost: a\r\nX: a\r\n folded\r\n\r\n",
        "GET / HTTP/1.1\nHost: a\n\n",
        "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        "garbage\r\n\r\n",
        "PRI * HTTP/1.1\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"
      })
  void malformedRequestIsAnsweredAndClosed(String request) throws Exception {
    start(Limits.DEFAULT);
    try (RawHttp1 connection = gateway().connect()) {
      // The second request must not be answered.
      Response response = connection.send(request + get("/healthz")).response();

      assertThat(response.status()).isEqualTo(400);
      assertThat(response.closes()).isTrue();
      assertThat(response.body()).startsWith("{\"code\":\"invalid_argument\"");
      // otherwise it reads for two more seconds
      assertThat(connection.shutdownOutput().ends()).isTrue();
    }
  }

  @Test
  void malformedChunkIsAnsweredAndClosed() throws Exception {
    start(Limits.DEFAULT);
    try (RawHttp1 connection = gateway().connect()) {
      connection.send(request("POST", SAY_HELLO, "", "Transfer-Encoding: chunked"));

      Response response = connection.send("2 \r\n{}\r\n0\r\n\r\n" + get("/")).response();
      assertThat(response.status()).isEqualTo(400);
      assertThat(connection.ends()).isTrue();
    }
  }

  @Test
  void otherVersionAndTransferCodingAreNotSupported() throws Exception {
    start(Limits.DEFAULT);
    assertThat(gateway().exchange("GET / HTTP/1.2\r\nHost: a\r\n\r\n").status()).isEqualTo(505);
    assertThat(
            gateway()
                .exchange(
                    request("POST", SAY_HELLO, "", "Transfer-Encoding: gzip, chunked")
                        + "0\r\n\r\n")
                .status())
        .isEqualTo(501);
  }

  @Test
  void largeHeadIsRefused() throws Exception {
    start(Limits.DEFAULT.withMetadata(1024));
    Response response = gateway().exchange(get("/", "X: " + "x".repeat(5000)));

    assertThat(response.status()).isEqualTo(431);
    assertThat(response.closes()).isTrue();
  }

  @Test
  void metadataOverTheLimitIsResourceExhausted() throws Exception {
    start(Limits.DEFAULT.withMetadata(1024));
    Response response = gateway().exchange(post(SAY_HELLO, "{}", "X: " + "x".repeat(2000)));

    assertThat(response.status()).isEqualTo(429);
    assertThat(response.body()).contains("is above the gateway's limit of 1024");
  }

  @Test
  void largeBodyIsResourceExhausted() throws Exception {
    start(Limits.DEFAULT.withMessage(100_000));
    Response response =
        gateway().exchange(post(SAY_HELLO, "{\"name\":\"" + "x".repeat(100_000) + "\"}"));

    assertThat(response.status()).isEqualTo(429);
    assertThat(response.body())
        .contains("request body exceeds maximum size 100000 (limits.message of the gateway)");
  }

  @Test
  void bodyIsChargedToTheMemoryUntilItsCallEnds() throws Exception {
    start(Limits.DEFAULT.withMessage(600_000).withMemory(1_500_000));
    String large = " ".repeat(500_000) + "{}";
    String compressed = new String(Gzip.compress(large.getBytes(ISO_8859_1)), ISO_8859_1);
    for (int i = 0; i < 5; i++) {
      Response plain = gateway().exchange(post(SAY_HELLO, large));
      assertThat(plain.status()).isEqualTo(429);
      assertThat(plain.body()).contains("limits.memory of the gateway");
      Response gzip = gateway().exchange(post(SAY_HELLO, compressed, "Content-Encoding: gzip"));
      assertThat(gzip.status()).isEqualTo(429);
      assertThat(gzip.body()).contains("limits.memory of the gateway");
      Response query =
          gateway()
              .exchange(
                  get(
                      "/grpcos.admin.v1.Admin/GetStatus?compression=gzip&base64=1&message="
                          + Base64.getUrlEncoder()
                              .encodeToString(Gzip.compress(large.getBytes(ISO_8859_1)))));
      assertThat(query.status()).isEqualTo(429);
      assertThat(query.body()).contains("limits.memory of the gateway");
      assertThat(gateway().exchange(post(SAY_HELLO, large.substring(300_000))).status())
          .isEqualTo(200);
    }
  }

  @Test
  void largeResponseIsChargedToTheMemoryUntilItIsSent() throws Exception {
    start(Limits.DEFAULT.withMemory(3_000_000));
    String request = post(SAY_HELLO, "{\"name\":\"" + "x".repeat(400_000) + "\"}");
    List<RawHttp1> unread = new ArrayList<>();
    int status;
    do {
      RawHttp1 connection = gateway().connect();
      unread.add(connection);
      status = connection.send(request).head().status();
    } while (status == 200 && unread.size() < 20);

    Response refused = gateway().exchange(request);
    assertThat(refused.status()).isEqualTo(429);
    assertThat(refused.body()).contains("limits.memory of the gateway");
    for (RawHttp1 connection : unread) {
      connection.close();
    }
    Await.until("there is memory", () -> gateway().exchange(request).status() == 200);
    for (int i = 0; i < 10; i++) {
      assertThat(gateway().exchange(request).status()).isEqualTo(200);
    }
  }

  @Test
  void bytesThatTakeNoMemoryAreNotCharged() throws Exception {
    start(Limits.DEFAULT.withMemory(300_000));
    try (RawHttp1 connection = gateway().connect()) {
      connection.send(request("POST", SAY_HELLO, "", "Transfer-Encoding: chunked"));
      connection.chunk("{\"name\":\"");
      for (int i = 0; i < 5000; i++) {
        connection.chunk("x");
      }
      assertThat(connection.chunk("\"}").chunk("").response().status()).isEqualTo(200);

      String ignored = " ".repeat(500_000);
      Response get =
          connection
              .send(request("GET", "/grpcos.admin.v1.Admin/GetStatus?message={}", ignored))
              .response();
      assertThat(get.status()).as(get.body()).isEqualTo(200);
    }
  }

  @Test
  void bytesThatAStreamHasPassedOnAreNotCharged() throws Exception {
    start(Limits.DEFAULT.withMemory(1_000_000));
    try (RawHttp1 connection = gateway().connect()) {
      connection.send(
          request(
              "POST", "/helloworld.Greeter/SayHelloBidiStream", "", "Transfer-Encoding: chunked"));
      for (int i = 0; i < 3000; i++) {
        connection.chunk("\n");
      }
      String line = "{\"name\":\"" + "x".repeat(90_000) + "\"}\n";
      assertThat(connection.chunk(line).head().status()).isEqualTo(200);
      for (int i = 0; i < 10; i++) {
        // A large message is written in two pieces.
        String reply =
            new String(connection.chunk(), ISO_8859_1) + new String(connection.chunk(), ISO_8859_1);
        assertThat(reply).startsWith("{\"message\"").endsWith("\"}\n");
        connection.chunk(line);
      }
    }
  }

  @Test
  void compressedBodyIsBounded() throws Exception {
    start(Limits.DEFAULT.withMessage(100_000));
    String bomb = new String(Gzip.compress(new byte[10_000_000]), ISO_8859_1);
    Response response = gateway().exchange(post(SAY_HELLO, bomb, "Content-Encoding: gzip"));

    assertThat(response.status()).isEqualTo(429);
    assertThat(response.body()).contains("decompressed message exceeds maximum size 100000");
  }

  @Test
  void incompleteHeadTimesOut() throws Exception {
    start(Limits.DEFAULT.withHandshake(Duration.ofSeconds(1)));
    try (RawHttp1 connection = gateway().connect()) {
      assertThat(connection.send("GET / HTTP/1.1\r\nHost").response().status()).isEqualTo(408);
      assertThat(connection.ends()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 100_000})
  void bodyThatStallsTimesOut(int bytes) throws Exception {
    start(Limits.DEFAULT.withRequestWait(Duration.ofMillis(200)));
    try (RawHttp1 connection = gateway().connect()) {
      String head = request("POST", SAY_HELLO, "", "Content-Length: 1000000");
      Response response = connection.send(head + " ".repeat(bytes)).response();
      assertThat(response.status()).isEqualTo(408);
      assertThat(response.body()).contains("body is incomplete");
    }
  }

  @Test
  void incompleteHeadOfALaterRequestTimesOut() throws Exception {
    start(Limits.DEFAULT.withHandshake(Duration.ofSeconds(1)));
    try (RawHttp1 connection = gateway().connect()) {
      assertThat(connection.send(get("/healthz")).response().status()).isEqualTo(200);
      assertThat(connection.send("GET / HTTP/1.1\r\nHost").response().status()).isEqualTo(408);
    }
  }

  @Test
  void connectionOutlivesTheTimeForItsHandshake() throws Exception {
    start(Limits.DEFAULT.withHandshake(Duration.ofSeconds(1)));
    try (RawHttp1 connection = gateway().connect();
        RawHttp1 silent = gateway().connect()) {
      assertThat(connection.send(get("/healthz")).response().status()).isEqualTo(200);
      assertThat(silent.ends()).isTrue();

      assertThat(connection.send(get("/healthz")).response().status()).isEqualTo(200);
    }
  }

  @Test
  void idleConnectionIsClosed() throws Exception {
    start(Limits.DEFAULT.withIdle(Duration.ofSeconds(1)));
    try (RawHttp1 connection = gateway().connect()) {
      assertThat(connection.send(get("/healthz")).response().status()).isEqualTo(200);
      assertThat(connection.ends()).isTrue();
    }
  }

  @Test
  void responseThatIsNotYetReadSurvivesTheDrain() throws Exception {
    start(Limits.DEFAULT);
    String name = "x".repeat(1_000_000);
    try (RawHttp1 idle = gateway().connect();
        RawHttp1 connection = gateway().connect()) {
      assertThat(idle.send(get("/healthz")).response().status()).isEqualTo(200);
      connection.send(post(SAY_HELLO, "{\"name\":\"" + name + "\"}"));
      Response head = connection.head();

      gateway().gateway().shutdown();
      assertThat(idle.ends()).isTrue();
      assertThat(connection.body(head)).isEqualTo("{\"message\":\"Hello " + name + "\"}\n");
      assertThat(connection.ends()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void clientThatEndsItsOutputReceivesAllOfALargeResponse(boolean beforeTheResponse)
      throws Exception {
    start(Limits.DEFAULT.withMessage(8 << 20));
    String name = "x".repeat(5_000_000);
    try (RawHttp1 connection = gateway().connect()) {
      connection.send(post(SAY_HELLO, "{\"name\":\"" + name + "\"}"));
      if (beforeTheResponse) {
        connection.shutdownOutput();
      }
      Response head = connection.head();
      connection.shutdownOutput();

      assertThat(connection.body(head)).isEqualTo("{\"message\":\"Hello " + name + "\"}\n");
      assertThat(connection.ends()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void slowClientReceivesALargeResponse(boolean endsOutput) throws Exception {
    Duration idle = Duration.ofSeconds(1);
    int parts = 10;
    start(Limits.DEFAULT.withIdle(idle));
    String name = "x".repeat(4_000_000);
    try (RawHttp1 connection = gateway().connect()) {
      connection.send(post(SAY_HELLO, "{\"name\":\"" + name + "\"}"));
      if (endsOutput) {
        connection.shutdownOutput();
      }
      int length = Integer.parseInt(connection.head().headers().get("content-length"));
      long start = System.nanoTime();
      for (int part = 1; part <= parts; part++) {
        connection.skip(part < parts ? length / parts : length - (parts - 1) * (length / parts));
        long pause = idle.toNanos() * part / 8;
        Await.until("a part of the idle time has passed", () -> System.nanoTime() - start > pause);
      }
      assertThat(connection.ends()).isTrue();
    }
  }

  @Test
  void responsesThatAreNotReadPauseReading() throws Exception {
    start(Limits.DEFAULT.withIdle(Duration.ofMillis(500)));
    byte[] requests = get("/x").repeat(1000).getBytes(ISO_8859_1);
    try (RawHttp1 connection = gateway().connect()) {
      // More than the buffers of the kernel hold; the gateway closes the connection.
      assertThatIOException()
          .isThrownBy(
              () -> {
                for (int sent = 0; sent < 16 << 20; sent += requests.length) {
                  connection.send(requests);
                }
              });
    }
  }

  @Test
  void pipelinedRequestsContinueWhenTheResponsesAreRead() throws Exception {
    start(Limits.DEFAULT);
    int number = 10_000;
    byte[] requests = get("/x").repeat(number).getBytes(ISO_8859_1);
    try (RawHttp1 connection = gateway().connect()) {
      CompletableFuture<Void> sender =
          CompletableFuture.runAsync(
              () -> {
                try {
                  connection.send(requests);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
      for (int i = 0; i < number; i++) {
        assertThat(connection.response().status()).isEqualTo(404);
      }
      sender.join();
    }
  }

  @Test
  void surplusConnectionIsResourceExhausted() throws Exception {
    start(Limits.DEFAULT.withConnections(1));
    try (RawHttp1 first = gateway().connect()) {
      assertThat(first.send(get("/healthz")).response().status()).isEqualTo(200);
      Response response = gateway().exchange(post(SAY_HELLO, "{}"));

      assertThat(response.status()).isEqualTo(429);
      assertThat(response.body()).contains("the gateway has 1 connections, its limit");
      assertThat(response.closes()).isTrue();
    }
  }
}
