package dev.grpcos.gateway;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.grpcos.gateway.RawHttp2.Frame;
import dev.grpcos.gateway.config.ConfigSource;
import dev.grpcos.gateway.config.GatewayConfig;
import dev.grpcos.gateway.config.Limits;
import dev.grpcos.gateway.limit.UserShares;
import dev.grpcos.proto.admin.v1.AdminGrpc;
import dev.grpcos.proto.admin.v1.Calls;
import dev.grpcos.proto.admin.v1.GetStatusRequest;
import dev.grpcos.proto.helloworld.GreeterGrpc;
import dev.grpcos.proto.helloworld.HelloReply;
import dev.grpcos.proto.helloworld.HelloRequest;
import io.grpc.Channel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the limits with abusive clients. The timeout ends reads that would wait forever. */
@Timeout(60)
class AbuseTest {
  private static final String SAY_HELLO = "helloworld.Greeter/SayHello";
  private static final int ENHANCE_YOUR_CALM = 11;
  private static final Metadata.Key<String> ORIGIN =
      Metadata.Key.of("grpcos-origin", Metadata.ASCII_STRING_MARSHALLER);

  @TempDir private Path folder;
  private Path path;
  private SocketClient clients;
  private @Nullable Gateway gateway;

  @BeforeEach
  void clients() {
    path = folder.resolve("g.sock");
    clients = new SocketClient(path);
  }

  private Path start(Limits limits) throws Exception {
    gateway =
        Gateway.start(
            ConfigSource.fixed(
                GatewayConfig.defaults(path).withLimits(limits).withDrain(Duration.ofMillis(100))),
            GatewayOptions.DEFAULT);
    return path;
  }

  @AfterEach
  void stop() {
    clients.close();
    if (gateway != null) {
      gateway.close();
    }
  }

  @Test
  void settingsFrameAdvertisesTheLimits() throws Exception {
    try (RawHttp2 connection = new RawHttp2(start(Limits.DEFAULT)).preface()) {
      Map<Integer, Integer> settings = new HashMap<>();
      ByteBuffer payload = frame(connection, RawHttp2.SETTINGS).payload();
      while (payload.hasRemaining()) {
        settings.put((int) payload.getShort(), payload.getInt());
      }

      assertThat(settings).as("MAX_CONCURRENT_STREAMS").containsEntry(3, 256);
      assertThat(settings).as("MAX_HEADER_LIST_SIZE").containsEntry(6, 4 * 16384);
    }
  }

  @Test
  void resetFloodEndsTheConnection() throws Exception {
    try (RawHttp2 connection = new RawHttp2(start(Limits.DEFAULT.withResets(20))).preface()) {
      for (int call = 0; call < 30; call++) {
        connection.headers(2 * call + 1, SAY_HELLO);
        connection.reset(2 * call + 1);
      }

      ByteBuffer goAway = frame(connection, RawHttp2.GOAWAY).payload();
      assertThat(goAway.getInt(4)).isEqualTo(ENHANCE_YOUR_CALM);
      assertThat(connection.next(RawHttp2.GOAWAY)).as("nothing comes after it").isNull();
    }
    assertAnswers(clients.channel());
  }

  /** Each connection makes a few hundred resets, after which it is closed. */
  @Test
  void tenThousandResetsLeaveNoCallAndNoConnectionBehind() throws Exception {
    start(Limits.DEFAULT);
    int resets = 0;
    while (resets < 10_000) {
      try (RawHttp2 connection = new RawHttp2(path).preface()) {
        int stream = 1;
        try {
          for (int i = 0; i < 250; i++, stream += 2) {
            connection.headers(stream, "helloworld.Greeter/SayHelloBidiStream");
            connection.reset(stream);
          }
          assertThat(connection.next(RawHttp2.GOAWAY)).isNotNull();
        } catch (IOException e) {
          // The connection was closed while more resets were in transit.
        }
        resets += stream / 2;
      }
    }
    var admin = AdminGrpc.newBlockingStub(clients.channel());
    Await.until(
        "nothing is left",
        () -> {
          Calls calls = admin.getStatus(GetStatusRequest.getDefaultInstance()).getCalls();
          return calls.getInFlight() == 1 && calls.getConnections() == 1;
        });
    assertAnswers(clients.channel());
  }

  @Test
  void resetsUpToTheLimitArePermitted() throws Exception {
    try (RawHttp2 connection = new RawHttp2(start(Limits.DEFAULT.withResets(20))).preface()) {
      for (int call = 0; call < 15; call++) {
        connection.headers(2 * call + 1, SAY_HELLO);
        connection.reset(2 * call + 1);
      }
      connection.headers(101, "no.such.Service/Method");

      assertThat(frame(connection, RawHttp2.HEADERS).stream()).isEqualTo(101);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "PRI * HTTP/2.0\r\n"})
  void connectionWithoutHttp2IsClosed(String beginning) throws Exception {
    start(Limits.DEFAULT.withHandshake(Duration.ofMillis(200)));
    try (RawHttp2 connection = new RawHttp2(path)) {
      connection.send(beginning.getBytes(US_ASCII));
      assertEnds(connection);
    }
    assertAnswers(clients.channel());
  }

  @Test
  void garbageEndsOnlyItsConnection() throws Exception {
    try (RawHttp2 connection = new RawHttp2(start(Limits.DEFAULT))) {
      connection.send("neither HTTP/1.1 nor HTTP/2\r\n\r\n".getBytes(US_ASCII));
      assertEnds(connection);
    }
    assertAnswers(clients.channel());
  }

  @Test
  void unknownHeaderNamesAreIgnored() throws Exception {
    try (RawHttp2 connection = new RawHttp2(start(Limits.DEFAULT)).preface()) {
      connection.headers(1, "no.such.Service/Method", "x!y");

      assertThat(new String(frame(connection, RawHttp2.HEADERS).payload().array(), US_ASCII))
          .as("the trailers, with the status of UNIMPLEMENTED")
          .contains("12");
    }
  }

  @Test
  void idleConnectionIsClosed() throws Exception {
    start(Limits.DEFAULT.withIdle(Duration.ofSeconds(1)));
    try (RawHttp2 connection = new RawHttp2(path).preface()) {
      assertThat(connection.next(RawHttp2.GOAWAY)).isNotNull();
    }
  }

  static Stream<Arguments> emptyFrames() {
    byte[] none = {};
    return Stream.of(
        Arguments.of("empty DATA", RawHttp2.DATA, 0, 1, none),
        Arguments.of("DATA with only padding", RawHttp2.DATA, 8, 1, new byte[] {2, 0, 0}),
        Arguments.of("DATA of one byte", RawHttp2.DATA, 0, 1, new byte[1]),
        Arguments.of("PRIORITY", 2, 0, 1, new byte[] {0, 0, 0, 0, 16}),
        Arguments.of("RST_STREAM of an ended stream", RawHttp2.RST_STREAM, 0, 1, new byte[4]),
        Arguments.of("SETTINGS", RawHttp2.SETTINGS, 0, 0, none),
        Arguments.of("acknowledged SETTINGS", RawHttp2.SETTINGS, 1, 0, none),
        Arguments.of("acknowledged PING", 6, 1, 0, new byte[8]),
        Arguments.of("WINDOW_UPDATE", 8, 0, 0, new byte[] {0, 0, 0, 1}),
        Arguments.of("WINDOW_UPDATE of a stream", 8, 0, 1, new byte[] {0, 0, 0, 1}),
        Arguments.of("unknown", 77, 0, 0, new byte[1]));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("emptyFrames")
  void floodOfFramesWithoutContentEndsTheConnection(
      String name, int type, int flags, int stream, byte[] payload) throws Exception {
    start(Limits.DEFAULT);
    try (RawHttp2 connection = new RawHttp2(path).preface()) {
      connection.headers(1, "helloworld.Greeter/SayHelloBidiStream");
      try {
        for (int i = 0; i < 5000; i++) {
          connection.frame(type, flags, stream, payload);
        }
      } catch (IOException e) {
        // Closed while more were on their way.
      }
      assertEnds(connection);
    }
    assertAnswers(clients.channel());
  }

  /** A client that updates both windows for each small frame that it receives. */
  @Test
  void eagerWindowUpdatesOfALongStreamAreFine() throws Exception {
    start(Limits.DEFAULT);
    try (RawHttp2 connection = new RawHttp2(path).preface()) {
      connection.headers(1, "helloworld.Greeter/SayHelloBidiStream");
      byte[] message = {0, 0, 0, 0, 3, 0x0a, 1, 'x'};
      byte[] increment = {0, 0, 0, 15};
      for (int i = 0; i < 4000; i++) {
        connection.frame(RawHttp2.DATA, 0, 1, message);
        assertThat(frame(connection, RawHttp2.DATA).stream()).isEqualTo(1);
        connection.frame(8, 0, 0, increment);
        connection.frame(8, 0, 1, increment);
      }
    }
  }

  @Test
  void singleRequestThatDoesNotArriveEndsItsCall() throws Exception {
    start(Limits.DEFAULT.withRequestWait(Duration.ofMillis(400)));
    try (RawHttp2 connection = new RawHttp2(path).preface()) {
      connection.headers(1, "helloworld.Greeter/SayHelloBidiStream");
      connection.headers(3, SAY_HELLO);
      connection.frame(RawHttp2.DATA, 0, 3, new byte[] {0, 0, 0});

      Frame end = frame(connection, RawHttp2.HEADERS);
      assertThat(end.stream()).isEqualTo(3);
      assertThat(new String(end.payload().array(), US_ASCII)).contains("request_wait");
      connection.frame(RawHttp2.DATA, 0, 1, new byte[] {0, 0, 0, 0, 0});
      assertThat(frame(connection, RawHttp2.DATA).stream()).as("the stream goes on").isEqualTo(1);
    }
  }

  @Test
  void slowRequestThatArrivesAtTheLeastRateGoesOn() throws Exception {
    start(Limits.DEFAULT.withRequestWait(Duration.ofMillis(400)));
    byte[] request = HelloRequest.newBuilder().setName("x".repeat(60_000)).build().toByteArray();
    byte[] message =
        ByteBuffer.allocate(5 + request.length)
            .put((byte) 0)
            .putInt(request.length)
            .put(request)
            .array();
    int[] parts = {0, 15_000, 30_000, 45_000, 60_000, message.length};
    try (RawHttp2 connection = new RawHttp2(path).preface()) {
      connection.headers(1, SAY_HELLO);
      for (int i = 0; i + 2 < parts.length; i++) {
        connection.frame(RawHttp2.DATA, 0, 1, Arrays.copyOfRange(message, parts[i], parts[i + 1]));
      }
      connection.headers(3, SAY_HELLO);
      assertThat(frame(connection, RawHttp2.HEADERS).stream()).as("the later call").isEqualTo(3);

      connection.frame(
          RawHttp2.DATA, RawHttp2.END_STREAM, 1, Arrays.copyOfRange(message, parts[4], parts[5]));
      assertThat(frame(connection, RawHttp2.DATA).stream()).isEqualTo(1);
    }
  }

  @Test
  void requestThatStallsAfterManyBytesEndsItsCall() throws Exception {
    start(Limits.DEFAULT.withRequestWait(Duration.ofMillis(400)));
    try (RawHttp2 connection = new RawHttp2(path).preface()) {
      connection.headers(1, SAY_HELLO);
      for (int i = 0; i < 16; i++) {
        byte[] part = new byte[16_000];
        part[1] = (byte) (i == 0 ? 0x01 : 0); // a message of 16 MiB
        connection.frame(RawHttp2.DATA, 0, 1, part);
      }

      Frame end = frame(connection, RawHttp2.HEADERS);
      assertThat(end.stream()).isEqualTo(1);
      assertThat(new String(end.payload().array(), US_ASCII)).contains("request_wait");
    }
  }

  @Test
  void requestThatIsNotGrpcIsRefusedByTheGateway() throws Exception {
    start(Limits.DEFAULT);
    try (RawHttp2 connection = new RawHttp2(path).preface()) {
      ByteArrayOutputStream block = new ByteArrayOutputStream();
      RawHttp2.field(block, ":method", "POST");
      RawHttp2.field(block, ":scheme", "http");
      RawHttp2.field(block, ":path", "/" + SAY_HELLO);
      RawHttp2.field(block, "content-type", "text/html");
      connection.frame(
          RawHttp2.HEADERS, RawHttp2.END_HEADERS | RawHttp2.END_STREAM, 1, block.toByteArray());

      assertThat(new String(frame(connection, RawHttp2.HEADERS).payload().array(), US_ASCII))
          .contains("415", "grpcos-origin", "gateway");
      assertThat(new String(frame(connection, RawHttp2.DATA).payload().array(), US_ASCII))
          .isEqualTo("the content-type is not application/grpc");
    }
    assertAnswers(clients.channel());
  }

  @Test
  void connectionWithoutACallIsClosed() throws Exception {
    start(Limits.DEFAULT.withRequestWait(Duration.ofMillis(300)));
    try (RawHttp2 silent = new RawHttp2(path).preface();
        RawHttp2 calling = new RawHttp2(path).preface()) {
      calling.headers(1, "helloworld.Greeter/SayHelloBidiStream");
      assertEnds(silent);
      calling.frame(RawHttp2.DATA, 0, 1, new byte[] {0, 0, 0, 0, 0});
      assertThat(frame(calling, RawHttp2.DATA).stream()).isEqualTo(1);
    }
  }

  @Test
  void callOnASurplusConnectionIsResourceExhausted() throws Exception {
    start(Limits.DEFAULT.withConnections(2));
    assertAnswers(clients.channel());
    assertAnswers(clients.channel());
    Channel surplus = clients.channel();

    StatusRuntimeException failure = failureOn(surplus);
    assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(failure.getStatus().getDescription())
        .isEqualTo("the gateway has 2 connections, its limit; try again later");
    assertThat(failure.getTrailers().get(ORIGIN)).isEqualTo("gateway");

    // The gateway's user can still look at it, until even the reserved connections are used.
    assertThat(
            AdminGrpc.newBlockingStub(surplus)
                .getStatus(GetStatusRequest.getDefaultInstance())
                .getCalls()
                .getConnections())
        .isEqualTo(3);
    List<RawHttp2> held = new ArrayList<>();
    for (int i = 0; i < UserShares.MOST_RESERVED; i++) {
      held.add(new RawHttp2(path).preface());
    }
    try (RawHttp2 closed = new RawHttp2(path)) {
      assertEnds(closed);
    }
    for (RawHttp2 each : held) {
      each.close();
    }
  }

  @Test
  void closedConnectionsMakeRoom() throws Exception {
    start(Limits.DEFAULT.withConnections(1));
    for (int round = 0; round < 5; round++) {
      Await.until(
          "there is room",
          () -> {
            try (SocketClient client = new SocketClient(path)) {
              return answers(client.channel());
            }
          });
    }
  }

  @Test
  void callAboveTheLimitIsResourceExhausted() throws Exception {
    start(Limits.DEFAULT.withCalls(2));
    Channel channel = clients.channel();
    List<StreamObserver<HelloRequest>> open = List.of(openCall(channel), openCall(channel));

    StatusRuntimeException failure = failureOn(channel);
    assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(failure.getStatus().getDescription())
        .isEqualTo("the gateway has 2 calls in flight, its limit; try again later");
    open.forEach(StreamObserver::onCompleted);
    Await.until("calls make room", () -> answers(channel));
  }

  private static StreamObserver<HelloRequest> openCall(Channel channel) throws Exception {
    var replies = new StreamRecorder<HelloReply>();
    var requests = GreeterGrpc.newStub(channel).sayHelloBidiStream(replies);
    requests.onNext(GatewayTest.hello("open"));
    replies.first(1);
    return requests;
  }

  private static Frame frame(RawHttp2 connection, int type) throws IOException {
    return Objects.requireNonNull(connection.next(type), () -> "no frame of type " + type);
  }

  /** The server may still send frames before the connection ends. */
  private static void assertEnds(RawHttp2 connection) throws IOException {
    while (connection.next() != null) {}
  }

  private static void assertAnswers(Channel channel) {
    assertThat(GreeterGrpc.newBlockingStub(channel).sayHello(GatewayTest.hello("x")).getMessage())
        .isEqualTo("Hello x");
  }

  private static boolean answers(Channel channel) {
    try {
      assertAnswers(channel);
      return true;
    } catch (StatusRuntimeException e) {
      assertThat(e.getStatus().getCode())
          .isIn(Status.Code.RESOURCE_EXHAUSTED, Status.Code.UNAVAILABLE);
      return false;
    }
  }

  private static StatusRuntimeException failureOn(Channel channel) {
    return catchThrowableOfType(
        StatusRuntimeException.class,
        () -> GreeterGrpc.newBlockingStub(channel).sayHello(GatewayTest.hello("x")));
  }
}
