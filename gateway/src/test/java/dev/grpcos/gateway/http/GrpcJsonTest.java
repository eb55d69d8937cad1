package dev.grpcos.gateway.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.gateway.Await;
import dev.grpcos.gateway.Gateway;
import dev.grpcos.gateway.GatewayOptions;
import dev.grpcos.gateway.OpenResources;
import dev.grpcos.gateway.RawCalls;
import dev.grpcos.gateway.RawCalls.RawResponse;
import dev.grpcos.gateway.call.Gzip;
import dev.grpcos.gateway.config.ConfigSource;
import dev.grpcos.gateway.config.GatewayConfig;
import dev.grpcos.gateway.config.Limits;
import dev.grpcos.gateway.upstream.TestServer;
import dev.grpcos.proto.helloworld.GreeterGrpc;
import dev.grpcos.proto.helloworld.HelloReply;
import dev.grpcos.proto.helloworld.HelloRequest;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests calls with the content type {@code application/grpc+json}. */
@Timeout(180)
class GrpcJsonTest {
  private static final String SAY_HELLO = "helloworld.Greeter/SayHello";
  private static final int LARGE = 100_000;
  private static final String[] JSON = {"content-type", "application/grpc+json"};

  @AutoClose private final OpenResources open = new OpenResources();
  private RawCalls calls;

  @BeforeEach
  void start(@TempDir Path folder) throws Exception {
    Gateway gateway = gateway(GatewayConfig.defaults(folder.resolve("g.sock")));
    calls = new RawCalls(gateway.socket());
    open.add(calls);
    calls.acceptSettings();
  }

  private Gateway gateway(GatewayConfig config) throws Exception {
    Gateway gateway = Gateway.start(ConfigSource.fixed(config), GatewayOptions.DEFAULT);
    open.add(gateway);
    return gateway;
  }

  private static byte[] message(String json) {
    return RawCalls.message(false, json.getBytes(UTF_8));
  }

  /** Returns the contents of the messages in a body. */
  private static List<String> messages(RawResponse response) {
    List<String> messages = new ArrayList<>();
    ByteBuffer body = ByteBuffer.wrap(response.body());
    while (body.hasRemaining()) {
      assertThat(body.get()).as("compressed flag").isZero();
      byte[] content = new byte[body.getInt()];
      body.get(content);
      messages.add(new String(content, UTF_8));
    }
    return messages;
  }

  private static void assertJson(RawResponse response) {
    assertThat(response.headers()).containsEntry("content-type", "application/grpc+json");
  }

  @Test
  void messagesOfOwnServicesAreJson() throws IOException {
    RawResponse response = calls.call(SAY_HELLO, message("{\"name\":\"you\"}"), JSON);

    assertThat(response.status()).as(response.message()).isZero();
    assertJson(response);
    assertThat(messages(response)).containsExactly("{\"message\":\"Hello you\"}");
  }

  @Test
  void emptyMessageIsAnEmptyRequest() throws IOException {
    RawResponse response = calls.call(SAY_HELLO, message(""), JSON);

    assertThat(response.status()).as(response.message()).isZero();
    assertThat(messages(response)).containsExactly("{\"message\":\"Hello \"}");
  }

  @Test
  void streamsAreConvertedMessageByMessage() throws IOException {
    ByteArrayOutputStream requests = new ByteArrayOutputStream();
    requests.writeBytes(message("{\"name\":\"a\"}"));
    requests.writeBytes(message("{}"));

    RawResponse response =
        calls.call("helloworld.Greeter/SayHelloBidiStream", requests.toByteArray(), JSON);

    assertThat(response.status()).as(response.message()).isZero();
    assertThat(messages(response)).hasSize(2).first().isEqualTo("{\"message\":\"Hello a\"}");
  }

  @Test
  void largeMessagesOfAStreamStayInOrder() throws IOException {
    ByteArrayOutputStream requests = new ByteArrayOutputStream();
    requests.writeBytes(large("a"));
    requests.writeBytes(message("{\"name\":\"b\"}"));
    requests.writeBytes(large("c"));

    RawResponse response =
        withLargeResponse(calls, "helloworld.Greeter/SayHelloBidiStream", requests.toByteArray());

    assertThat(response.status()).as(response.message()).isZero();
    assertThat(messages(response))
        .containsExactly(
            "{\"message\":\"Hello " + "a".repeat(LARGE) + "\"}",
            "{\"message\":\"Hello b\"}",
            "{\"message\":\"Hello " + "c".repeat(LARGE) + "\"}");
  }

  @Test
  void invalidLargeRequestIsRefused() throws IOException {
    byte[] invalid = message(" ".repeat(LARGE) + "{\"nam\":1}");

    RawResponse response = calls.call(SAY_HELLO, invalid, JSON);

    assertThat(response.status()).isEqualTo(3);
    assertThat(response.message()).contains("no field \"nam\"");
    assertThat(response.headers()).containsEntry("grpcos-origin", "gateway");
  }

  private static byte[] large(String letter) {
    return message("{\"name\":\"" + letter.repeat(LARGE) + "\"}");
  }

  private static RawResponse withLargeResponse(RawCalls calls, String method, byte[] body)
      throws IOException {
    int stream = calls.start(method, JSON);
    calls.addWindow(stream, 10 * LARGE);
    calls.send(stream, body);
    return calls.await(stream);
  }

  @Test
  void otherCallsOfTheConnectionStayProtobuf() throws IOException {
    assertJson(calls.call(SAY_HELLO, message("{}"), JSON));

    byte[] you = HelloRequest.newBuilder().setName("you").build().toByteArray();
    RawResponse response = calls.call(SAY_HELLO, RawCalls.message(false, you));

    assertThat(response.headers()).containsEntry("content-type", "application/grpc");
    assertThat(messages(response).get(0)).endsWith("Hello you");
  }

  @Test
  void compressedRequestsAreRead() throws IOException {
    ByteArrayOutputStream gzip = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(gzip)) {
      out.write("{\"name\":\"gzip\"}".getBytes(UTF_8));
    }
    ByteArrayOutputStream deflate = new ByteArrayOutputStream();
    try (DeflaterOutputStream out = new DeflaterOutputStream(deflate)) {
      out.write("{\"name\":\"deflate\"}".getBytes(UTF_8));
    }

    assertThat(messages(compressed("gzip", gzip.toByteArray())))
        .containsExactly("{\"message\":\"Hello gzip\"}");
    assertThat(messages(compressed("deflate", deflate.toByteArray())))
        .containsExactly("{\"message\":\"Hello deflate\"}");
    for (String encoding : List.of("gzip", "deflate", "br", "zstd", "snappy")) {
      RawResponse response = compressed(encoding, "neither".getBytes(UTF_8));
      assertThat(response.status()).isEqualTo(13);
      assertThat(response.message()).startsWith("compressed message is not valid " + encoding);
    }
  }

  @Test
  void decompressedRequestIsChargedToTheMemory(@TempDir Path folder) throws Exception {
    Gateway small =
        gateway(
            GatewayConfig.defaults(folder.resolve("g.sock"))
                .withLimits(Limits.DEFAULT.withMemory(300_000)));
    byte[] message = Gzip.compress((" ".repeat(500_000) + "{}").getBytes(UTF_8));
    try (RawCalls callers = new RawCalls(small.socket())) {
      RawResponse response = compressed(callers, message);

      assertThat(response.status()).isEqualTo(8);
      assertThat(response.message()).contains("limits.memory of the gateway");
    }
  }

  /** Two conversions at a time would not fit. */
  @Test
  void conversionIsChargedOnlyWhileItLasts(@TempDir Path folder) throws Exception {
    SilentGreeter silent = new SilentGreeter();
    TestServer server = new TestServer(folder.resolve("u.sock"), List.of(silent.bindService()));
    open.add(server);
    Path protoset = TestServer.greeterProtoset(folder);
    Gateway gateway =
        gateway(
            GatewayConfig.defaults(folder.resolve("f.sock"))
                .withLimits(Limits.DEFAULT.withMemory(6_000_000))
                .withUpstreams(List.of(TestServer.withProtoset(server.config("u"), protoset))));
    byte[] large = Gzip.compress((" ".repeat(1_000_000) + "{}").getBytes(UTF_8));
    List<CompletableFuture<RawResponse>> responses = new ArrayList<>();
    for (int i = 1; i <= 2; i++) {
      RawCalls forwarded = new RawCalls(gateway.socket());
      open.add(forwarded);
      responses.add(CompletableFuture.supplyAsync(() -> compressed(forwarded, large)));
      int arrived = i;
      Await.until(
          "the upstream has the request",
          () -> silent.calls.size() == arrived || responses.get(arrived - 1).isDone());
    }
    assertThat(silent.calls).hasSize(2);
    silent.calls.forEach(StreamObserver::onCompleted);
    for (CompletableFuture<RawResponse> response : responses) {
      response.join();
    }
  }

  private static RawResponse compressed(RawCalls calls, byte[] gzip) {
    try {
      return calls.call(
          SAY_HELLO, RawCalls.message(true, gzip), JSON[0], JSON[1], "grpc-encoding", "gzip");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private RawResponse compressed(String encoding, byte[] message) throws IOException {
    return calls.call(
        SAY_HELLO, RawCalls.message(true, message), JSON[0], JSON[1], "grpc-encoding", encoding);
  }

  @Test
  void refusalsHaveTheContentType() throws IOException {
    RawResponse invalid = calls.call(SAY_HELLO, message("{\"nam\":1}"), JSON);
    assertThat(invalid.status()).isEqualTo(3);
    assertThat(invalid.message()).contains("no field \"nam\"");
    assertJson(invalid);

    RawResponse unknown = calls.call("helloworld.Greeter/None", message("{}"), JSON);
    assertThat(unknown.status()).isEqualTo(12);
    assertJson(unknown);
    assertThat(unknown.headers()).containsEntry("grpcos-origin", "gateway");
  }

  @Test
  void upstreamsGetProtobuf(@TempDir Path folder) throws Exception {
    TestServer server =
        new TestServer(folder.resolve("u.sock"), List.of(new PrefixingGreeter().bindService()));
    open.add(server);
    Path protoset = TestServer.greeterProtoset(folder);
    Gateway gateway =
        gateway(
            GatewayConfig.defaults(folder.resolve("f.sock"))
                .withUpstreams(List.of(TestServer.withProtoset(server.config("u"), protoset))));
    try (RawCalls forwarded = new RawCalls(gateway.socket())) {
      forwarded.acceptSettings();
      RawResponse response = forwarded.call(SAY_HELLO, message("{\"name\":\"you\"}"), JSON);

      assertThat(response.status()).as(response.message()).isZero();
      assertJson(response);
      assertThat(messages(response)).containsExactly("{\"message\":\"upstream: you\"}");

      RawResponse large = withLargeResponse(forwarded, SAY_HELLO, large("a"));
      assertThat(large.status()).as(large.message()).isZero();
      assertThat(messages(large))
          .containsExactly("{\"message\":\"upstream: " + "a".repeat(LARGE) + "\"}");
    }
  }

  /** Keeps its calls waiting. */
  private static final class SilentGreeter extends GreeterGrpc.GreeterImplBase {
    private final List<StreamObserver<HelloReply>> calls = new CopyOnWriteArrayList<>();

    @Override
    public void sayHello(HelloRequest request, StreamObserver<HelloReply> responses) {
      calls.add(responses);
    }
  }

  private static final class PrefixingGreeter extends GreeterGrpc.GreeterImplBase {
    @Override
    public void sayHello(HelloRequest request, StreamObserver<HelloReply> responses) {
      responses.onNext(
          HelloReply.newBuilder().setMessage("upstream: " + request.getName()).build());
      responses.onCompleted();
    }
  }
}
