package dev.grpcos.gateway.upstream;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.gateway.Gateway;
import dev.grpcos.gateway.OpenResources;
import dev.grpcos.gateway.RawCalls;
import dev.grpcos.gateway.RawCalls.RawResponse;
import dev.grpcos.gateway.RawHttp2;
import dev.grpcos.gateway.RawHttp2.Frame;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the data that passes through the gateway unchanged, with a server that echoes it. */
@Timeout(180)
class PassThroughTest {
  private static final String SAY_HELLO = "helloworld.Greeter/SayHello";

  /** Bytes that no decompressor accepts. */
  private static final byte[] OPAQUE = {1, 2, 'b', 'r', -1, 0, 77};

  @AutoClose private final OpenResources open = new OpenResources();
  private final Map<String, String> received = new ConcurrentHashMap<>();

  /** The fields of the headers and trailers of each response. */
  private final Map<String, String> responseHeaders = new ConcurrentHashMap<>();

  private final Map<String, String> responseTrailers = new ConcurrentHashMap<>();

  private RawCalls calls;

  @BeforeEach
  void start(@TempDir Path folder) throws Exception {
    Path socket = folder.resolve("u.sock");
    DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(false);
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    open.add(
        new RawUpstream(
            RawUpstream.listen(socket),
            (http, frame, call) -> {
              if (frame.type() == RawHttp2.HEADERS) {
                received.clear();
                received.putAll(decode(decoder, frame));
              } else {
                body.write(frame.payload().array());
                if ((frame.flags() & RawHttp2.END_STREAM) != 0) {
                  answer(http, frame.stream(), body.toByteArray());
                  body.reset();
                }
              }
              return true;
            }));
    Gateway gateway = open.gateway(RawUpstream.gateway(folder, socket));
    calls = new RawCalls(gateway.socket());
    open.add(calls);
  }

  private static Map<String, String> decode(DefaultHttp2HeadersDecoder decoder, Frame frame)
      throws IOException {
    Map<String, String> fields = new TreeMap<>();
    try {
      decoder
          .decodeHeaders(frame.stream(), Unpooled.wrappedBuffer(frame.payload()))
          .forEach(field -> fields.put(field.getKey().toString(), field.getValue().toString()));
    } catch (Http2Exception e) {
      throw new IOException(e);
    }
    return fields;
  }

  private void answer(RawHttp2 http, int stream, byte[] body) throws IOException {
    ByteArrayOutputStream headers = new ByteArrayOutputStream();
    RawHttp2.field(headers, ":status", "200");
    RawHttp2.field(headers, "content-type", "application/grpc");
    responseHeaders.forEach((name, value) -> RawHttp2.field(headers, name, value));
    http.frame(RawHttp2.HEADERS, RawHttp2.END_HEADERS, stream, headers.toByteArray());
    http.frame(RawHttp2.DATA, 0, stream, body);
    ByteArrayOutputStream trailers = new ByteArrayOutputStream();
    RawHttp2.field(trailers, "grpc-status", "0");
    responseTrailers.forEach((name, value) -> RawHttp2.field(trailers, name, value));
    http.frame(
        RawHttp2.HEADERS,
        RawHttp2.END_HEADERS | RawHttp2.END_STREAM,
        stream,
        trailers.toByteArray());
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "deflate", "br", "zstd", "snappy"})
  void compressedMessagesPassBothWays(String encoding) throws IOException {
    responseHeaders.put("grpc-encoding", encoding);
    byte[] body = RawCalls.message(true, OPAQUE);
    RawResponse answer = calls.call(SAY_HELLO, body, "grpc-encoding", encoding);

    assertThat(answer.status()).isZero();
    assertThat(received).containsEntry("grpc-encoding", encoding);
    assertThat(answer.headers()).containsEntry("grpc-encoding", encoding);
    assertThat(answer.body()).isEqualTo(body);
  }

  @Test
  void eachMessageKeepsItsCompressedFlag() throws IOException {
    responseHeaders.put("grpc-encoding", "br");
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    byte[] large = new byte[100_000];
    Arrays.fill(large, (byte) 'x');
    body.writeBytes(RawCalls.message(false, OPAQUE));
    body.writeBytes(RawCalls.message(true, OPAQUE));
    body.writeBytes(RawCalls.message(false, new byte[0]));
    body.writeBytes(RawCalls.message(true, Arrays.copyOf(large, 12_000)));
    RawResponse answer =
        calls.call(
            "helloworld.Greeter/SayHelloBidiStream", body.toByteArray(), "grpc-encoding", "br");

    assertThat(answer.status()).isZero();
    assertThat(answer.body()).isEqualTo(body.toByteArray());
  }

  @Test
  void responseIsCompressedAlsoIfTheRequestIsNot() throws IOException {
    responseHeaders.put("grpc-encoding", "zstd");
    byte[] body = RawCalls.message(true, OPAQUE);
    RawResponse answer =
        calls.call(SAY_HELLO, body, "grpc-accept-encoding", "zstd,identity", "grpc-encoding", "br");

    assertThat(received).containsEntry("grpc-accept-encoding", "zstd,identity");
    assertThat(answer.headers()).containsEntry("grpc-encoding", "zstd");
    assertThat(answer.body()).isEqualTo(body);
  }

  @Test
  void callerWithoutEncodingsRequestsNone() throws IOException {
    byte[] body = RawCalls.message(false, "plain".getBytes(UTF_8));
    RawResponse answer = calls.call(SAY_HELLO, body);

    assertThat(received).doesNotContainKeys("grpc-accept-encoding", "grpc-encoding");
    assertThat(answer.body()).isEqualTo(body);
  }

  @Test
  void originOfTheUpstreamIsDropped() throws IOException {
    responseHeaders.put("grpcos-origin", "gateway");
    responseTrailers.put("grpcos-origin", "gateway");
    RawResponse answer = calls.call(SAY_HELLO, RawCalls.message(false, "a".getBytes(US_ASCII)));

    assertThat(answer.status()).isZero();
    assertThat(answer.headers()).doesNotContainKey("grpcos-origin");
  }

  @Test
  void malformedMethodNameIsNotForwarded() throws IOException {
    RawResponse answer =
        calls.call("helloworld.Greeter/../../admin.Admin/Delete", RawCalls.message(false, OPAQUE));

    assertThat(answer.status()).isEqualTo(12);
    assertThat(received).isEmpty();
  }
}
