package dev.grpcos.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.gateway.RawCalls.RawResponse;
import dev.grpcos.gateway.config.ConfigSource;
import dev.grpcos.gateway.config.GatewayConfig;
import dev.grpcos.gateway.config.Limits;
import dev.grpcos.proto.helloworld.HelloReply;
import dev.grpcos.proto.helloworld.HelloRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests calls that violate the protocol. Each ends with a status of the gateway itself, or with
 * RST_STREAM. Also checks the behaviour of grpc-java and Netty on which {@code IncomingCall},
 * {@code InvalidCalls}, {@code Encodings} and {@code StreamOpener} depend.
 */
@Timeout(180)
class OddCallsTest {
  private static final String SAY_HELLO = "helloworld.Greeter/SayHello";
  private static final String BIDI = "helloworld.Greeter/SayHelloBidiStream";
  private static final int LIMIT = 64 << 10;
  private static final byte[] YOU = HelloRequest.newBuilder().setName("you").build().toByteArray();
  private static final int PROTOCOL_ERROR = 1;

  private Gateway gateway;
  private RawCalls calls;

  @BeforeEach
  void start(@TempDir Path folder) throws Exception {
    gateway =
        Gateway.start(
            ConfigSource.fixed(
                GatewayConfig.defaults(folder.resolve("g.sock"))
                    .withLimits(Limits.DEFAULT.withMessage(LIMIT))
                    .withDrain(Duration.ofMillis(100))),
            GatewayOptions.DEFAULT);
    calls = new RawCalls(gateway.socket());
  }

  @AfterEach
  void stop() throws IOException {
    calls.close();
    gateway.close();
  }

  @Test
  void invalidPrefaceGetsGoaway() throws IOException {
    try (RawHttp2 http = new RawHttp2(gateway.socket())) {
      http.send("INVALID CONNECTION PREFACE\r\n\r\n".getBytes(UTF_8));

      assertThat(http.next(RawHttp2.GOAWAY)).isNotNull();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "x-bin, _-8",
    "x-bin, !!!",
    "X-Upper, 1",
    "connection, close",
    "keep-alive, 1",
    "te, gzip"
  })
  void invalidHeaderEndsOnlyItsCall(String name, String value) throws IOException {
    int slow = calls.start(BIDI);
    RawResponse invalid = calls.call(SAY_HELLO, RawCalls.message(false, YOU), name, value);

    assertThat(invalid.reset()).isEqualTo(PROTOCOL_ERROR);
    assertThat(hello().status()).isZero();
    calls.send(slow, RawCalls.message(false, YOU));
    assertThat(calls.await(slow).status()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {":method", ":scheme", ":path"})
  void emptyPseudoHeaderEndsOnlyItsCall(String name) throws IOException {
    assertThat(calls.call(SAY_HELLO, RawCalls.message(false, YOU), name, "").reset())
        .isEqualTo(PROTOCOL_ERROR);
    assertThat(hello().status()).isZero();
  }

  @Test
  void trailersEndARequest() throws IOException {
    int stream = calls.start(SAY_HELLO);
    calls.sendWithTrailers(stream, RawCalls.message(false, YOU));

    assertThat(reply(calls.await(stream))).isEqualTo("Hello you");
  }

  @ParameterizedTest
  @ValueSource(strings = {"abc", "1x", "12", "999999999S", "S", "-1S"})
  void malformedTimeoutIsInternal(String timeout) throws IOException {
    RawResponse answer =
        calls.call(SAY_HELLO, RawCalls.message(false, YOU), "grpc-timeout", timeout);

    assertThat(answer.status()).isEqualTo(13);
    assertThat(answer.message()).isEqualTo("grpc-timeout " + timeout + " is malformed");
    assertOrigin(answer);
  }

  @Test
  void timeoutOfZeroIsDeadlineExceeded() throws IOException {
    RawResponse answer = calls.call(SAY_HELLO, RawCalls.message(false, YOU), "grpc-timeout", "0S");

    assertThat(answer.status()).isEqualTo(4);
    assertOrigin(answer);
  }

  @ParameterizedTest
  @ValueSource(strings = {"10S", "99999999H", "99999999n"})
  void validTimeoutIsNotRefused(String timeout) throws IOException {
    RawResponse answer =
        calls.call(SAY_HELLO, RawCalls.message(false, YOU), "grpc-timeout", timeout);

    assertThat(answer.status()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"application/grpc+jsonx", "application/grpc+thrift"})
  void otherSubtypeIsUnimplemented(String type) throws IOException {
    RawResponse answer = calls.call(SAY_HELLO, RawCalls.message(false, YOU), "content-type", type);

    assertThat(answer.status()).isEqualTo(12);
    assertThat(answer.message()).contains(type);
    assertOrigin(answer);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"application/grpc", "application/grpc+proto", "application/grpc; charset=utf-8"})
  void typeOfProtobufIsAccepted(String type) throws IOException {
    RawResponse answer = calls.call(SAY_HELLO, RawCalls.message(false, YOU), "content-type", type);

    assertThat(answer.status()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"br", "zstd", "snappy", "deflate", "none-such"})
  void encodingThatTheServiceCannotReadIsUnimplemented(String encoding) throws IOException {
    RawResponse answer =
        calls.call(SAY_HELLO, RawCalls.message(true, new byte[] {1, 2}), "grpc-encoding", encoding);

    assertThat(answer.status()).isEqualTo(12);
    assertThat(answer.message()).contains("grpc-encoding " + encoding);
    assertThat(answer.headers()).containsEntry("grpc-accept-encoding", "identity,gzip");
    assertOrigin(answer);
  }

  @Test
  void gzipIsReadAndFlaggedAloneIsNot() throws IOException {
    RawResponse compressed =
        calls.call(SAY_HELLO, RawCalls.message(true, gzip(YOU)), "grpc-encoding", "gzip");
    assertThat(reply(compressed)).isEqualTo("Hello you");
    RawResponse plain =
        calls.call(SAY_HELLO, RawCalls.message(false, YOU), "grpc-encoding", "gzip");
    assertThat(reply(plain)).isEqualTo("Hello you");

    RawResponse unnamed = calls.call(SAY_HELLO, RawCalls.message(true, gzip(YOU)));
    assertThat(unnamed.status()).isEqualTo(13);
    assertOrigin(unnamed);
  }

  @Test
  void brokenGzipIsInternal() throws IOException {
    RawResponse answer =
        calls.call(
            SAY_HELLO, RawCalls.message(true, "no gzip".getBytes(UTF_8)), "grpc-encoding", "gzip");

    assertThat(answer.status()).isEqualTo(13);
    assertThat(answer.message()).startsWith("compressed message is not valid gzip");
    assertOrigin(answer);
  }

  @Test
  void messageOverTheLimitOnceDecompressedNamesTheLimit() throws IOException {
    byte[] large = HelloRequest.newBuilder().setName("x".repeat(LIMIT)).build().toByteArray();
    RawResponse answer =
        calls.call(SAY_HELLO, RawCalls.message(true, gzip(large)), "grpc-encoding", "gzip");

    assertThat(answer.status()).isEqualTo(8);
    assertThat(answer.message()).contains("limits.message of the gateway");
    assertOrigin(answer);
  }

  @ParameterizedTest
  @ValueSource(strings = {SAY_HELLO, BIDI})
  void messageOverTheLimitNamesTheLimit(String method) throws IOException {
    int stream = calls.start(method);
    // The prefix alone is enough.
    calls.send(stream, new byte[] {0, 0, 1, 0, 1});
    RawResponse answer = calls.await(stream);

    assertThat(answer.status()).isEqualTo(8);
    assertThat(answer.message()).contains("limits.message of the gateway");
    assertOrigin(answer);
  }

  @Test
  void malformedFrameIsInternal() throws IOException {
    byte[] reservedFlag = RawCalls.message(false, YOU);
    reservedFlag[0] = 2;
    assertInternal(calls.call(SAY_HELLO, reservedFlag));
    byte[] message = RawCalls.message(false, YOU);
    assertInternal(calls.call(SAY_HELLO, Arrays.copyOf(message, message.length - 1)));
  }

  @Test
  void secondRequestOfAUnaryCallIsInternal() throws IOException {
    ByteArrayOutputStream two = new ByteArrayOutputStream();
    two.writeBytes(RawCalls.message(false, YOU));
    two.writeBytes(RawCalls.message(false, YOU));
    RawResponse answer = calls.call(SAY_HELLO, two.toByteArray());

    assertThat(answer.message()).isEqualTo(SAY_HELLO + " takes one request, got two");
    assertInternal(answer);
  }

  @Test
  void unaryCallWithoutARequestIsInternal() throws IOException {
    assertThat(calls.call(SAY_HELLO, new byte[0]).status()).isEqualTo(13);
  }

  @ParameterizedTest
  @CsvSource({
    SAY_HELLO + ", helloworld.HelloRequest",
    BIDI + ", helloworld.HelloRequest",
    "grpc.health.v1.Health/Check, grpc.health.v1.HealthCheckRequest",
  })
  void errorForAMalformedMessageNamesItsType(String method, String type) throws IOException {
    for (byte[] bytes : new byte[][] {{-1, -1, -1}, {0x0a, 0x7f, 's'}}) {
      RawResponse answer = calls.call(method, RawCalls.message(false, bytes));

      assertThat(answer.message()).startsWith("request is not a valid " + type);
      assertInternal(answer);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "helloworld.Greeter/../SayHello",
        "helloworld.Greeter/SayHello?x=1",
        "helloworld.Greeter/SayHello%2f",
        "helloworld.Greeter/Say Hello",
        "helloworld.Greeter/",
        "helloworld.Greeter",
        "/SayHello",
      })
  void malformedMethodNameIsUnimplemented(String method) throws IOException {
    RawResponse answer = calls.call(method, RawCalls.message(false, YOU));

    assertThat(answer.status()).isEqualTo(12);
    assertThat(answer.message()).startsWith("method name ").doesNotContain("%2f", "x=1");
    assertOrigin(answer);
  }

  private RawResponse hello() throws IOException {
    return calls.call(SAY_HELLO, RawCalls.message(false, YOU));
  }

  private static String reply(RawResponse answer) throws IOException {
    assertThat(answer.status()).isZero();
    byte[] body = answer.body();
    return HelloReply.parseFrom(Arrays.copyOfRange(body, 5, body.length)).getMessage();
  }

  private static void assertInternal(RawResponse answer) {
    assertThat(answer.status()).isEqualTo(13);
    assertOrigin(answer);
  }

  private static void assertOrigin(RawResponse answer) {
    assertThat(answer.headers()).containsEntry("grpcos-origin", "gateway");
  }

  private static byte[] gzip(byte[] content) throws IOException {
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(compressed)) {
      out.write(content);
    }
    return compressed.toByteArray();
  }
}
