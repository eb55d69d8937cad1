package dev.grpcos.gateway;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.gateway.config.Limits;
import dev.grpcos.proto.admin.v1.AdminGrpc;
import dev.grpcos.proto.admin.v1.Calls;
import dev.grpcos.proto.admin.v1.GetStatusRequest;
import dev.grpcos.proto.helloworld.HelloRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the protection against floods of frames and against what is not HTTP/2 or gRPC. */
final class AbuseTest extends AbuseFixture {
  private static final int ENHANCE_YOUR_CALM = 11;

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
      try {
        for (int call = 0; call < 30; call++) {
          connection.headers(2 * call + 1, SAY_HELLO);
          connection.reset(2 * call + 1);
        }
      } catch (IOException e) {
        // The connection was closed while more resets were in transit.
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
        // The connection was closed while more frames were in transit.
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

  /** A client with a small window, which it updates for each frame of a large response. */
  @Test
  void windowUpdatesOfALargeMessageAreFine() throws Exception {
    start(Limits.DEFAULT);
    int window = 1024;
    try (RawHttp2 connection = new RawHttp2(path).preface()) {
      connection.frame(RawHttp2.SETTINGS, 0, 0, new byte[] {0, 4, 0, 0, 4, 0}); // the window
      connection.headers(1, SAY_HELLO);
      String name = "x".repeat(700_000);
      byte[] request =
          RawCalls.message(false, HelloRequest.newBuilder().setName(name).build().toByteArray());
      for (int from = 0; from < request.length; from += 16_384) {
        int to = Math.min(from + 16_384, request.length);
        connection.frame(
            RawHttp2.DATA,
            to == request.length ? RawHttp2.END_STREAM : 0,
            1,
            Arrays.copyOfRange(request, from, to));
      }
      byte[] increment = ByteBuffer.allocate(4).putInt(window).array();
      for (int received = 0; received < name.length(); ) {
        received += frame(connection, RawHttp2.DATA).payload().remaining();
        connection.frame(RawHttp2.WINDOW_UPDATE, 0, 0, increment);
        connection.frame(RawHttp2.WINDOW_UPDATE, 0, 1, increment);
      }
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
}
