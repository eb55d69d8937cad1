package dev.grpcos.gateway.http;

import static dev.grpcos.gateway.http.RawHttp1.post;
import static dev.grpcos.gateway.http.RawHttp1.request;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.rpc.RetryInfo;
import dev.grpcos.gateway.Await;
import dev.grpcos.gateway.call.Gzip;
import dev.grpcos.gateway.config.Limits;
import dev.grpcos.gateway.http.RawHttp1.Response;
import dev.grpcos.proto.helloworld.GreeterGrpc;
import dev.grpcos.proto.helloworld.HelloReply;
import dev.grpcos.proto.helloworld.HelloRequest;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.grpc.testing.integration.Messages.StreamingInputCallRequest;
import io.grpc.testing.integration.Messages.StreamingInputCallResponse;
import io.grpc.testing.integration.TestServiceGrpc;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests streams, metadata and errors of a server behind the gateway. */
@Timeout(60)
final class HttpStreamsTest {
  private static final String GREETER = "/helloworld.Greeter/";
  private static final String STREAM = GREETER + "SayHelloStreamReply";
  private static final String INPUT = "/grpc.testing.TestService/StreamingInputCall";
  private static final Metadata.Key<String> TAG =
      Metadata.Key.of("x-tag", Metadata.ASCII_STRING_MARSHALLER);
  private static final Metadata.Key<byte[]> RAW =
      Metadata.Key.of("x-raw-bin", Metadata.BINARY_BYTE_MARSHALLER);

  private final StreamingGreeter greeter = new StreamingGreeter();
  private HttpGateway gateway;

  @BeforeEach
  void start(@TempDir Path folder) throws Exception {
    gateway =
        new HttpGateway(
            folder,
            config -> config.withDrain(Duration.ofMillis(100)),
            List.of(
                ServerInterceptors.intercept(greeter.bindService(), new Tags()),
                new Sums().bindService()));
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
      connection.chunk("");
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
              : new String(envelope(0, hello("1000000 large").toByteArray()), ISO_8859_1);
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
                config -> config.withLimits(Limits.DEFAULT.withIdle(Duration.ofMillis(200))),
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

    Response stream =
        gateway.exchange(post("/grpc.health.v1.Health/Watch", "{}", "Connect-Timeout-Ms: 500"));
    assertThat(stream.body())
        .isEqualTo(
            "{\"status\":\"SERVING\"}\n{\"error\":{\"code\":\"deadline_exceeded\",\"message\":"
                + "\"the deadline of 500ms passed after 1 response; allow more time with"
                + " Connect-Timeout-Ms\"}}\n");
  }

  @Test
  void envelopesHaveMessagesAndAnEnd() throws Exception {
    Response response = connect("{\"name\":\"2\"}", "X-Tag: a");

    assertThat(response.headers()).containsEntry("content-type", "application/connect+json");
    assertThat(envelopes(response))
        .containsExactly(
            "0 {\"message\":\"1\"}",
            "0 {\"message\":\"2\"}",
            "2 {\"metadata\":{\"x-tag\":[\"end of a\"]}}");
    assertThat(response.whole()).isTrue();
  }

  @Test
  void errorIsInTheLastEnvelope() throws Exception {
    assertThat(envelopes(connect("{\"name\":\"1 then fail\"}")))
        .containsExactly(
            "0 {\"message\":\"1\"}",
            "2 {\"error\":{\"code\":\"data_loss\",\"message\":\"no more\"},\"metadata\":{}}");
  }

  @Test
  void invalidRequestIsInTheLastEnvelope() throws Exception {
    Response response = connect("{\"nam\":\"1\"}");

    assertThat(response.status()).isEqualTo(200);
    assertThat(envelopes(response))
        .singleElement()
        .asString()
        .startsWith("2 {\"error\":{\"code\":\"invalid_argument\"");
  }

  @Test
  void envelopesAreCompressedIfBothSidesAgree() throws Exception {
    String body =
        new String(envelope(1, Gzip.compress("{\"name\":\"1\"}".getBytes(UTF_8))), ISO_8859_1);
    Response response =
        gateway.exchange(
            post(
                STREAM,
                body,
                "Content-Type: application/connect+json",
                "Connect-Content-Encoding: gzip"));

    assertThat(response.headers()).containsEntry("connect-content-encoding", "gzip");
    assertThat(envelopes(response)).contains("1 {\"message\":\"1\"}");
  }

  @Test
  void unannouncedCompressionIsAnError() throws Exception {
    String body = new String(envelope(1, Gzip.compress(new byte[0])), ISO_8859_1);
    Response response =
        gateway.exchange(post(STREAM, body, "Content-Type: application/connect+json"));

    assertThat(envelopes(response)).singleElement().asString().contains("\"code\":\"internal\"");
  }

  @Test
  void methodWithOneRequestTakesOneEnvelope() throws Exception {
    String message = new String(envelope(0, "{}".getBytes(UTF_8)), ISO_8859_1);
    for (String body : List.of("", message + message)) {
      Response response =
          gateway.exchange(post(STREAM, body, "Content-Type: application/connect+json"));

      assertThat(envelopes(response))
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
            new String(envelope(0, json.getBytes(UTF_8)), ISO_8859_1),
            all.toArray(String[]::new)));
  }

  private static byte[] envelope(int flags, byte[] message) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(flags);
    for (int shift = 24; shift >= 0; shift -= 8) {
      out.write(message.length >> shift);
    }
    out.writeBytes(message);
    return out.toByteArray();
  }

  /** Returns the flags and the decompressed message of each envelope. */
  private static List<String> envelopes(Response response) throws Exception {
    ByteString bytes = ByteString.copyFrom(response.bytes());
    List<String> envelopes = new ArrayList<>();
    while (!bytes.isEmpty()) {
      int flags = bytes.byteAt(0);
      int length = bytes.substring(1, 5).asReadOnlyByteBuffer().getInt();
      byte[] message = bytes.substring(5, 5 + length).toByteArray();
      if ((flags & 1) != 0) {
        message = Gzip.decompress(message, 1 << 20);
      }
      envelopes.add(flags + " " + new String(message, UTF_8));
      bytes = bytes.substring(5 + length);
    }
    return envelopes;
  }

  private static HelloRequest hello(String name) {
    return HelloRequest.newBuilder().setName(name).build();
  }

  /** Returns the caller's tag in headers and trailers. */
  private static final class Tags implements ServerInterceptor {
    @Override
    public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
        ServerCall<ReqT, RespT> call, Metadata headers, ServerCallHandler<ReqT, RespT> next) {
      String tag = headers.get(TAG);
      byte[] raw = headers.get(RAW);
      return next.startCall(
          new io.grpc.ForwardingServerCall.SimpleForwardingServerCall<>(call) {
            @Override
            public void sendHeaders(Metadata own) {
              if (tag != null) {
                own.put(TAG, tag);
              }
              if (raw != null) {
                own.put(RAW, raw);
              }
              super.sendHeaders(own);
            }

            @Override
            public void close(Status status, Metadata trailers) {
              if (tag != null) {
                trailers.put(TAG, "end of " + tag);
              }
              super.close(status, trailers);
            }
          },
          headers);
    }
  }

  /** Sends as many messages as the name says, and then does what it says. */
  private static final class StreamingGreeter extends GreeterGrpc.GreeterImplBase {
    final AtomicInteger started = new AtomicInteger();
    final AtomicInteger sent = new AtomicInteger();
    final AtomicBoolean waits = new AtomicBoolean();
    final AtomicBoolean holds = new AtomicBoolean();
    final AtomicBoolean cancelled = new AtomicBoolean();

    @Override
    public void sayHello(HelloRequest request, StreamObserver<HelloReply> replies) {
      switch (request.getName()) {
        case "details" ->
            replies.onError(
                StatusProto.toStatusException(
                    com.google.rpc.Status.newBuilder()
                        .setCode(Status.Code.UNAVAILABLE.value())
                        .setMessage("later")
                        .addDetails(
                            Any.pack(
                                RetryInfo.newBuilder()
                                    .setRetryDelay(
                                        com.google.protobuf.Duration.newBuilder().setSeconds(30))
                                    .build()))
                        .build()));
        case "hang" -> {}
        default -> {
          replies.onNext(reply(request.getName()));
          replies.onCompleted();
        }
      }
    }

    @Override
    public void sayHelloStreamReply(HelloRequest request, StreamObserver<HelloReply> observer) {
      var replies = (ServerCallStreamObserver<HelloReply>) observer;
      String[] words = request.getName().split(" ", -1);
      int count = Integer.parseInt(words[0]);
      String filler = words[words.length - 1].equals("large") ? "x".repeat(10_000) : "";
      started.incrementAndGet();
      replies.setOnCancelHandler(() -> cancelled.set(true));
      AtomicBoolean done = new AtomicBoolean();
      Runnable send =
          () -> {
            while (replies.isReady() && sent.get() < count) {
              replies.onNext(reply(filler + sent.incrementAndGet()));
            }
            waits.set(sent.get() < count);
            if (sent.get() == count
                && !words[words.length - 1].equals("hang")
                && done.compareAndSet(false, true)) {
              if (words[words.length - 1].equals("fail")) {
                replies.onError(Status.DATA_LOSS.withDescription("no more").asRuntimeException());
              } else {
                replies.onCompleted();
              }
              sent.set(0);
            }
          };
      replies.setOnReadyHandler(send);
    }

    @Override
    public StreamObserver<HelloRequest> sayHelloBidiStream(StreamObserver<HelloReply> observer) {
      var replies = (ServerCallStreamObserver<HelloReply>) observer;
      if (holds.get()) {
        replies.disableAutoRequest();
      }
      return new StreamObserver<>() {
        @Override
        public void onNext(HelloRequest request) {
          replies.onNext(reply(request.getName()));
        }

        @Override
        public void onError(Throwable cause) {}

        @Override
        public void onCompleted() {
          replies.onCompleted();
        }
      };
    }

    private static HelloReply reply(String message) {
      return HelloReply.newBuilder().setMessage(message).build();
    }
  }

  /** Adds up the sizes of the requests. */
  private static final class Sums extends TestServiceGrpc.TestServiceImplBase {
    @Override
    public StreamObserver<StreamingInputCallRequest> streamingInputCall(
        StreamObserver<StreamingInputCallResponse> responses) {
      AtomicInteger size = new AtomicInteger();
      return new StreamObserver<>() {
        @Override
        public void onNext(StreamingInputCallRequest request) {
          size.addAndGet(request.getPayload().getBody().size());
        }

        @Override
        public void onError(Throwable cause) {}

        @Override
        public void onCompleted() {
          responses.onNext(
              StreamingInputCallResponse.newBuilder().setAggregatedPayloadSize(size.get()).build());
          responses.onCompleted();
        }
      };
    }
  }
}
