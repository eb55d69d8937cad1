package dev.grpcos.gateway.http;

import io.grpc.Status;
import io.grpc.StatusException;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The compression of bodies and messages: none, or gzip.
 *
 * @param request whether the request is compressed, or its messages may be
 * @param response whether the response is compressed
 */
record ContentCodings(boolean request, boolean response) {
  static final String GZIP = "gzip";
  static final String CONNECT_CONTENT_ENCODING = "connect-content-encoding";
  private static final String CONNECT_ACCEPT_ENCODING = "connect-accept-encoding";

  /**
   * Returns the codings of a request with one message.
   *
   * @throws StatusException if the request has another coding
   */
  static ContentCodings unary(HttpHeaders headers) throws StatusException {
    return of(headers.get("content-encoding"), headers.get("accept-encoding"));
  }

  /**
   * Returns the codings of a request with messages in envelopes.
   *
   * @throws StatusException if the request has another coding
   */
  static ContentCodings streaming(HttpHeaders headers) throws StatusException {
    return of(headers.get(CONNECT_CONTENT_ENCODING), headers.get(CONNECT_ACCEPT_ENCODING));
  }

  /**
   * Returns the codings for these fields.
   *
   * @throws StatusException if the content has another coding
   */
  static ContentCodings of(@Nullable String content, @Nullable String accepted)
      throws StatusException {
    String coding = content == null ? "identity" : content.strip().toLowerCase(Locale.ROOT);
    boolean compressed = coding.equals(GZIP);
    if (!compressed && !coding.equals("identity") && !coding.isEmpty()) {
      throw Status.UNIMPLEMENTED
          .withDescription(
              "content encoding " + content + " is not supported; use one of identity, gzip")
          .asException();
    }
    return new ContentCodings(compressed, accepted == null ? compressed : acceptsGzip(accepted));
  }

  private static boolean acceptsGzip(String accepted) {
    for (String each : accepted.split(",", -1)) {
      String[] parts = each.strip().toLowerCase(Locale.ROOT).split("\\s*;\\s*", 2);
      if (parts[0].equals(GZIP)) {
        return parts.length == 1 || !parts[1].matches("q=0(\\.0*)?");
      }
    }
    return false;
  }
}
