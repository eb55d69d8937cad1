package dev.grpcos.gateway.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderResultProvider;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Generates requests that are almost valid. The decoder must read the same requests however the
 * bytes are divided, and only such as a strict reader reads.
 *
 * <p>By default the cases are always the same. {@code -Dgrpcos.fuzz.seconds=N} runs more of them,
 * for N seconds, and {@code -Dgrpcos.fuzz.seed} others.
 */
final class RequestDecoderFuzzTest {
  private static final int CASES = 5_000;
  private static final int METADATA = 256;
  private static final String[] PARTS = {
    "GET /a HTTP/1.1\r\n",
    "POST /a?b=c HTTP/1.1\r\n",
    "POST /a HTTP/1.0\r\n",
    "Host: x\r\n",
    "Content-Length: 3\r\n",
    "Content-Length: 0\r\n",
    "Transfer-Encoding: chunked\r\n",
    "Connection: close\r\n",
    "X: y\r\n",
    "\r\n",
    "abc",
    "3\r\nabc\r\n",
    "2;x=y\r\nab\r\n",
    "0\r\n\r\n",
    "0\r\nX: y\r\n\r\n",
  };
  private static final String[][] REQUESTS = {
    {"GET /a HTTP/1.1\r\n", "Host: x\r\n", "\r\n"},
    {"POST /a HTTP/1.1\r\n", "Host: x\r\n", "Content-Length: 3\r\n", "\r\n", "abc"},
    {
      "POST /b HTTP/1.1\r\n",
      "Host: x\r\n",
      "Transfer-Encoding: chunked\r\n",
      "\r\n",
      "3\r\nabc\r\n",
      "a\r\n0123456789\r\n",
      "0\r\n\r\n"
    },
  };
  private static final String BYTES = "\r\n\t :;,0123fFx+-\0\u000b\u0080\u00ff/HTTP";

  /**
   * The requests that are decoded.
   *
   * @param complete each as a line and a body
   */
  private record Decoded(List<String> complete, boolean refused) {}

  @Test
  void onlyStrictRequestsAreRead() {
    Long seconds = Long.getLong("grpcos.fuzz.seconds");
    long seed = Long.getLong("grpcos.fuzz.seed", 1);
    Random random = new Random(seed);
    long end = seconds == null ? 0 : System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
    int cases = 0;
    int read = 0;
    for (; seconds == null ? cases < CASES : System.nanoTime() < end; cases++) {
      String bytes = generate(random);
      Decoded whole = decode(bytes, List.of(bytes));
      assertThat(decode(bytes, split(bytes, random)))
          .as("seed %d, case %d: %s", seed, cases, escaped(bytes))
          .isEqualTo(whole);
      List<String> strict = StrictRequests.of(bytes);
      assertThat(whole.complete)
          .as("seed %d, case %d: %s", seed, cases, escaped(bytes))
          .isEqualTo(strict.subList(0, Math.min(strict.size(), whole.complete.size())));
      read += whole.complete.size();
    }
    assertThat(read).as("requests of %d cases", cases).isGreaterThan(cases / 2);
  }

  private static String generate(Random random) {
    StringBuilder bytes = new StringBuilder();
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      for (String part : REQUESTS[random.nextInt(REQUESTS.length)]) {
        int dice = random.nextInt(24);
        if (dice == 0) {
          continue;
        }
        bytes.append(dice == 1 ? part.repeat(2) : part);
        bytes.append(dice == 2 ? PARTS[random.nextInt(PARTS.length)] : "");
      }
    }
    for (int i = random.nextInt(3); i > 0 && bytes.length() > 0; i--) {
      int at = random.nextInt(bytes.length());
      char c = BYTES.charAt(random.nextInt(BYTES.length()));
      switch (random.nextInt(4)) {
        case 0 -> bytes.insert(at, c);
        case 1 -> bytes.setCharAt(at, c);
        case 2 -> bytes.deleteCharAt(at);
        default -> bytes.setLength(at);
      }
    }
    return bytes.toString();
  }

  private static List<String> split(String bytes, Random random) {
    List<String> pieces = new ArrayList<>();
    int most = 1 + random.nextInt(20);
    for (int at = 0; at < bytes.length(); ) {
      int to = Math.min(bytes.length(), at + 1 + random.nextInt(most));
      pieces.add(bytes.substring(at, to));
      at = to;
    }
    return pieces;
  }

  private static Decoded decode(String bytes, List<String> pieces) {
    RequestDecoder decoder = new RequestDecoder(METADATA);
    EmbeddedChannel channel = new EmbeddedChannel(decoder);
    List<String> complete = new ArrayList<>();
    StringBuilder request = new StringBuilder();
    boolean refused = false;
    try {
      for (String piece : pieces) {
        channel.writeInbound(Unpooled.copiedBuffer(piece, ISO_8859_1));
        for (Object next = channel.readInbound(); next != null; next = channel.readInbound()) {
          refused |= take(next, request);
          if (!refused && next instanceof LastHttpContent) {
            complete.add(request.toString());
            decoder.resume();
            channel.writeInbound(Unpooled.EMPTY_BUFFER);
          }
        }
      }
      assertThat(decoder.waiting()).isLessThanOrEqualTo(bytes.length());
      return new Decoded(complete, refused);
    } finally {
      channel.finishAndReleaseAll();
    }
  }

  /** Adds a message to the request, and returns whether the connection would refuse it. */
  private static boolean take(Object message, StringBuilder request) {
    try {
      if (message instanceof RefusedRequest
          || (message instanceof DecoderResultProvider result
              && result.decoderResult().isFailure())) {
        return true;
      }
      if (message instanceof HttpRequest head) {
        request.setLength(0);
        request.append(head.method()).append(' ').append(head.uri()).append(' ');
        request.append(head.protocolVersion()).append('\n');
        return RefusedRequest.of(head) != null;
      }
      if (message instanceof HttpContent content) {
        request.append(content.content().toString(ISO_8859_1));
      }
      return false;
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private static String escaped(String bytes) {
    return bytes
        .chars()
        .mapToObj(c -> c >= ' ' && c <= '~' ? Character.toString(c) : "\\u%04x".formatted(c))
        .collect(Collectors.joining());
  }
}
