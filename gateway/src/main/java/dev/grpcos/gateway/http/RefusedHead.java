package dev.grpcos.gateway.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request whose head is not acceptable. The connection ends with the answer to it, because the
 * end of the request is not known.
 */
record RefusedHead(HttpResponseStatus status, String reason) {
  /** Returns the reason to refuse a well-formed request, or null. */
  static @Nullable RefusedHead of(HttpRequest request) {
    HttpVersion version = request.protocolVersion();
    if (version.majorVersion() != 1 || version.minorVersion() > 1) {
      return new RefusedHead(
          HttpResponseStatus.HTTP_VERSION_NOT_SUPPORTED,
          version + " is not supported here; use HTTP/1.1, or gRPC on the gateway's Unix socket");
    }
    int hosts = request.headers().getAll(HttpHeaderNames.HOST).size();
    if (hosts > 1 || (hosts == 0 && version.minorVersion() == 1)) {
      return new RefusedHead(
          HttpResponseStatus.BAD_REQUEST, "the request has " + hosts + " Host headers, not one");
    }
    List<String> codings = request.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING);
    if (!codings.isEmpty()
        && (codings.size() > 1 || !codings.get(0).strip().equalsIgnoreCase("chunked"))) {
      return new RefusedHead(
          HttpResponseStatus.NOT_IMPLEMENTED,
          "Transfer-Encoding " + String.join(", ", codings) + " is not supported; use chunked");
    }
    String expectation = request.headers().get(HttpHeaderNames.EXPECT);
    if (expectation != null && !HttpHeaderValues.CONTINUE.contentEqualsIgnoreCase(expectation)) {
      return new RefusedHead(
          HttpResponseStatus.EXPECTATION_FAILED,
          "Expect " + expectation + " is not supported; use 100-continue");
    }
    return null;
  }
}
