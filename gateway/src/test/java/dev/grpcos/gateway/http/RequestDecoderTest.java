package dev.grpcos.gateway.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderResultProvider;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class RequestDecoderTest {
  private static final String HEAD = "POST /a HTTP/1.1\r\nHost: x\r\n";
  private static final String CHUNKED = HEAD + "Transfer-Encoding: chunked\r\n\r\n";

  private final RequestDecoder decoder = new RequestDecoder(1024);
  private final EmbeddedChannel channel = new EmbeddedChannel(decoder);

  static Stream<String> smuggled() {
    return Stream.of(
        HEAD + "Content-Length: 2\r\nContent-Length: 2\r\n\r\nab",
        "POST /a HTTP/1.0\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nab",
        HEAD + "Content-Length: 2\r\nContent-Length: 3\r\n\r\nab",
        HEAD + "Content-Length: 2, 2\r\n\r\nab",
        HEAD + "Content-Length: +2\r\n\r\nab",
        HEAD + "Content-Length: 0x2\r\n\r\nab",
        HEAD + "Content-Length: -2\r\n\r\nab",
        HEAD + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        HEAD + "Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n0\r\n\r\n",
        HEAD + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        HEAD + "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
        HEAD + "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
        HEAD + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
        "POST /a HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        HEAD + "X: a\r\n folded\r\n\r\n",
        HEAD + "X: a\r\n\tfolded\r\n\r\n",
        HEAD + "X: a\r\n Content-Length: 2\r\n\r\nab",
        "POST /a HTTP/1.1\nHost: x\n\n",
        "POST /a HTTP/1.1\r\nHost: x\nA: b\r\n\r\n",
        "POST /a HTTP/1.1\r\nHost: x\rA: b\r\n\r\n",
        "POST /a b HTTP/1.1\r\nHost: x\r\n\r\n",
        "POST  /a HTTP/1.1\r\nHost: x\r\n\r\n",
        "POST /a HTTP/1.1 \r\nHost: x\r\n\r\n",
        "POST\t/a\tHTTP/1.1\r\nHost: x\r\n\r\n",
        "POST\u000b /a HTTP/1.1\r\nHost: x\r\n\r\n",
        "POST /a\r HTTP/1.1\r\nHost: x\r\n\r\n",
        "POST /a HTTP/1.1\r\nHost: x\u007f\r\n\r\n",
        "POST /a HTTP/1.1\r\n Host: x\r\n\r\n",
        "POST /a FOO/1.1\r\nHost: x\r\n\r\n",
        "GET /a\r\n\r\n",
        HEAD + "No-colon\r\n\r\n",
        HEAD + ": v\r\n\r\n",
        HEAD + "A\0: v\r\n\r\n",
        HEAD + "A: v\0w\r\n\r\n",
        HEAD + "A(b): v\r\n\r\n",
        CHUNKED + "2\nab\r\n0\r\n\r\n",
        CHUNKED + "2\r\nabXX0\r\n\r\n",
        CHUNKED + "2\r\nab\n0\r\n\r\n",
        CHUNKED + "0x2\r\nab\r\n0\r\n\r\n",
        CHUNKED + "+2\r\nab\r\n0\r\n\r\n",
        CHUNKED + "-2\r\nab\r\n0\r\n\r\n",
        CHUNKED + " 2\r\nab\r\n0\r\n\r\n",
        CHUNKED + "2 \r\nab\r\n0\r\n\r\n",
        CHUNKED + "2 junk\r\nab\r\n0\r\n\r\n",
        CHUNKED + "\r\nab\r\n0\r\n\r\n",
        CHUNKED + "2\0\r\nab\r\n0\r\n\r\n",
        CHUNKED + "100000002\r\nab\r\n0\r\n\r\n",
        CHUNKED + "ffffffff\r\nab\r\n0\r\n\r\n",
        CHUNKED + "0\r\nfoo\r\n\r\n");
  }

  @ParameterizedTest
  @MethodSource("smuggled")
  void ambiguousRequestIsRefused(String request) {
    receive(request);

    assertThat(refusals(messages())).as(request).isEqualTo(1);
  }

  /** The bytes may be split anywhere. */
  @ParameterizedTest
  @MethodSource("smuggled")
  void ambiguousRequestIsRefusedByteByByte(String request) {
    request.chars().forEach(c -> receive(String.valueOf((char) c)));

    assertThat(refusals(messages())).as(request).isEqualTo(1);
  }

  @Test
  void nothingIsDecodedAfterARefusal() {
    receive("GET  /a HTTP/1.1\r\n\r\n" + HEAD + "\r\n");

    assertThat(messages()).hasSize(1);
  }

  @Test
  void requestIsDecodedByteByByte() {
    String request = "\r\n" + CHUNKED + "2;a=b\r\nab\r\n1\r\nc\r\n0\r\nX: y\r\n\r\n";
    request.chars().forEach(c -> receive(String.valueOf((char) c)));

    List<Object> messages = messages();
    assertThat(refusals(messages)).isZero();
    assertThat(messages.get(0))
        .isInstanceOfSatisfying(HttpRequest.class, head -> assertThat(head.uri()).isEqualTo("/a"));
    assertThat(content(messages)).isEqualTo("abc");
  }

  @Test
  void nextRequestWaitsAsBytes() {
    receive("GET /a HTTP/1.1\r\nHost: x\r\n\r\nGET /b HTTP/1.1\r\nHost: x\r\n\r\n");

    assertThat(messages()).hasSize(2).element(0).asString().contains("/a");
    assertThat(decoder.waiting()).isEqualTo("GET /b HTTP/1.1\r\nHost: x\r\n\r\n".length());
    decoder.resume();
    channel.writeInbound(Unpooled.EMPTY_BUFFER);
    assertThat(messages()).hasSize(2).element(0).asString().contains("/b");
  }

  @Test
  void largeHeadIsRefusedBeforeItsEnd() {
    receive(HEAD + "X: " + "x".repeat(4096));

    assertThat(messages())
        .singleElement()
        .isInstanceOfSatisfying(
            RefusedRequest.class, head -> assertThat(head.status().code()).isEqualTo(431));
  }

  private void receive(String bytes) {
    channel.writeInbound(Unpooled.copiedBuffer(bytes, ISO_8859_1));
  }

  private List<Object> messages() {
    List<Object> messages = new ArrayList<>();
    for (Object next = channel.readInbound(); next != null; next = channel.readInbound()) {
      messages.add(next);
    }
    return messages;
  }

  private static long refusals(List<Object> messages) {
    return messages.stream()
        .filter(
            each ->
                each instanceof RefusedRequest
                    || (each instanceof DecoderResultProvider decoded
                        && decoded.decoderResult().isFailure()))
        .count();
  }

  private static String content(List<Object> messages) {
    StringBuilder content = new StringBuilder();
    for (Object each : messages) {
      if (each instanceof HttpContent part) {
        content.append(part.content().toString(ISO_8859_1));
      }
    }
    return content.toString();
  }
}
