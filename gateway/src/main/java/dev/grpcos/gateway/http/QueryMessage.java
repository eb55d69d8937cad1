package dev.grpcos.gateway.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.grpc.Status;
import io.grpc.StatusException;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The message in the query of a GET request.
 *
 * @param encoding the name of its codec
 * @see <a href="https://connectrpc.com/docs/protocol#unary-get-request">Connect protocol, GET
 *     requests</a>
 */
record QueryMessage(String encoding, ReceivedMessage received) {
  /**
   * Reads the query.
   *
   * @param limit the maximum number of bytes of the message after decompression
   * @throws StatusException if there is no valid message
   */
  static QueryMessage of(QueryStringDecoder query, int limit) throws StatusException {
    Map<String, List<String>> parameters = query.parameters();
    String message = first(parameters, "message");
    if (message == null) {
      throw Status.INVALID_ARGUMENT
          .withDescription("the query has no message; add encoding=json&message={}, or use POST")
          .asException();
    }
    byte[] text = message.getBytes(UTF_8);
    if ("1".equals(first(parameters, "base64"))) {
      try {
        text = Base64.getUrlDecoder().decode(text);
      } catch (IllegalArgumentException e) {
        throw Status.INVALID_ARGUMENT
            .withDescription("the query's message is not valid base64url: " + e.getMessage())
            .withCause(e)
            .asException();
      }
    }
    boolean compressed = ContentCodings.of(first(parameters, "compression"), null).request();
    String encoding = first(parameters, "encoding");
    return new QueryMessage(
        encoding == null ? "json" : encoding, new ReceivedMessage(text, compressed, 1, limit));
  }

  private static @Nullable String first(Map<String, List<String>> parameters, String name) {
    List<String> values = parameters.get(name);
    return values == null ? null : values.get(0);
  }
}
