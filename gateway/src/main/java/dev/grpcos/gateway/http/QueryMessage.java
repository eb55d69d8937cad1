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
 * @param compressed whether it is gzip
 * @param bytes the message as it was sent
 * @see <a href="https://connectrpc.com/docs/protocol#unary-get-request">Connect protocol, GET
 *     requests</a>
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record QueryMessage(String encoding, boolean compressed, byte[] bytes) {
  /**
   * Reads the query.
   *
   * @throws StatusException if there is no valid message
   */
  static QueryMessage of(QueryStringDecoder query) throws StatusException {
    Map<String, List<String>> parameters = query.parameters();
    String message = first(parameters, "message");
    if (message == null) {
      throw Status.INVALID_ARGUMENT
          .withDescription("the query has no message; add encoding=json&message={}, or use POST")
          .asException();
    }
    byte[] bytes = message.getBytes(UTF_8);
    if ("1".equals(first(parameters, "base64"))) {
      try {
        bytes = Base64.getUrlDecoder().decode(bytes);
      } catch (IllegalArgumentException e) {
        throw Status.INVALID_ARGUMENT
            .withDescription("the query's message is not valid base64url: " + e.getMessage())
            .withCause(e)
            .asException();
      }
    }
    boolean compressed = ContentCodings.of(first(parameters, "compression"), null).request();
    String encoding = first(parameters, "encoding");
    return new QueryMessage(encoding == null ? "json" : encoding, compressed, bytes);
  }

  private static @Nullable String first(Map<String, List<String>> parameters, String name) {
    List<String> values = parameters.get(name);
    return values == null ? null : values.get(0);
  }
}
