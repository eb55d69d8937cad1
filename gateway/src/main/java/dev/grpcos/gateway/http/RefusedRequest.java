package dev.grpcos.gateway.http;

import io.grpc.Status;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request that is not acceptable. The connection ends with the answer to it, because the end of
 * the request is not known.
 */
record RefusedRequest(HttpResponseStatus status, String reason) {
  /** Returns the refusal of bytes that are not a request. */
  static RefusedRequest malformed(Throwable cause) {
    String message = cause.getMessage();
    return new RefusedRequest(
        HttpResponseStatus.BAD_REQUEST,
        "the request is not HTTP/1.1" + (message == null ? "" : ": " + message));
  }

  /**
   * Returns the refusal of a request that takes too long.
   *
   * @param part the part that has not arrived
   */
  static RefusedRequest incomplete(String part) {
    return new RefusedRequest(
        HttpResponseStatus.REQUEST_TIMEOUT, "the request's " + part + " is incomplete");
  }

  /** Returns the reason to refuse a well-formed request, or null. */
  static @Nullable RefusedRequest of(HttpRequest request) {
    HttpVersion version = request.protocolVersion();
    if (version.majorVersion() != 1 || version.minorVersion() > 1) {
      return new RefusedRequest(
          HttpResponseStatus.HTTP_VERSION_NOT_SUPPORTED,
          version + " is not supported here; use HTTP/1.1, or gRPC on the gateway's Unix socket");
    }
    int hosts = request.headers().getAll(HttpHeaderNames.HOST).size();
    if (hosts > 1 || (hosts == 0 && version.minorVersion() == 1)) {
      return new RefusedRequest(
          HttpResponseStatus.BAD_REQUEST, "the request has " + hosts + " Host headers, not one");
    }
    List<String> codings = request.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING);
    if (!codings.isEmpty()
        && (codings.size() > 1 || !codings.get(0).strip().equalsIgnoreCase("chunked"))) {
      return new RefusedRequest(
          HttpResponseStatus.NOT_IMPLEMENTED,
          "Transfer-Encoding " + String.join(", ", codings) + " is not supported; use chunked");
    }
    String expectation = request.headers().get(HttpHeaderNames.EXPECT);
    if (expectation != null && !HttpHeaderValues.CONTINUE.contentEqualsIgnoreCase(expectation)) {
      return new RefusedRequest(
          HttpResponseStatus.EXPECTATION_FAILED,
          "Expect " + expectation + " is not supported; use 100-continue");
    }
    return null;
  }

  /** Returns the error for the client. */
  Status error() {
    Status.Code code =
        status.code() / 100 == 5 ? Status.Code.UNIMPLEMENTED : Status.Code.INVALID_ARGUMENT;
    return code.toStatus().withDescription(reason);
  }
}
