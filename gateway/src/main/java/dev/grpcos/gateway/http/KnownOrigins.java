package dev.grpcos.gateway.http;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * The web origins whose pages may send requests and read responses (CORS). Credentials of the
 * browser, such as cookies, are never allowed; a page sends the token itself.
 *
 * @param origins in the form that browsers send
 * @see <a href="https://fetch.spec.whatwg.org/#http-cors-protocol">Fetch, CORS protocol</a>
 */
record KnownOrigins(Set<String> origins) {
  private static final String METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE";
  private static final String VARY =
      "Origin, Access-Control-Request-Method, Access-Control-Request-Headers";
  private static final String REQUEST_PRIVATE_NETWORK = "access-control-request-private-network";
  private static final String ALLOW_PRIVATE_NETWORK = "access-control-allow-private-network";

  private static final String RESOURCE_POLICY = "cross-origin-resource-policy";
  private static final String TYPE_OPTIONS = "x-content-type-options";

  /** Two hours, the longest that browsers keep a preflight's answer. */
  private static final int MAX_AGE_SECONDS = 7200;

  /** The headers of the Connect protocol. */
  private static final List<String> EXPOSED =
      List.of("connect-content-encoding", "content-encoding");

  KnownOrigins {
    origins = Set.copyOf(origins);
  }

  /** Returns whether a request comes from no web page, or from one of these origins. */
  boolean accept(HttpRequest request) {
    List<String> sent = request.headers().getAll(HttpHeaderNames.ORIGIN);
    return sent.isEmpty() || (sent.size() == 1 && origins.contains(sent.get(0)));
  }

  /**
   * Adds headers with which browsers neither embed a response in a page of another origin, as they
   * do with scripts and images, nor guess its type.
   */
  static void isolate(HttpHeaders response) {
    response.set(RESOURCE_POLICY, "same-origin");
    response.set(TYPE_OPTIONS, "nosniff");
  }

  /** Returns whether an accepted request is a preflight, which asks if another may be sent. */
  static boolean isPreflight(HttpRequest request) {
    return request.method().equals(HttpMethod.OPTIONS)
        && request.headers().contains(HttpHeaderNames.ORIGIN)
        && request.headers().contains(HttpHeaderNames.ACCESS_CONTROL_REQUEST_METHOD);
  }

  /** Answers a preflight. Any header may be sent, because any header may be metadata of a call. */
  static void preflight(HttpRequest request, HttpReply reply) {
    HttpHeaders fields = new DefaultHttpHeaders();
    fields.set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_METHODS, METHODS);
    String headers = request.headers().get(HttpHeaderNames.ACCESS_CONTROL_REQUEST_HEADERS);
    if (headers != null) {
      fields.set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_HEADERS, headers);
    }
    fields.set(HttpHeaderNames.ACCESS_CONTROL_MAX_AGE, MAX_AGE_SECONDS);
    if (request.headers().contains(REQUEST_PRIVATE_NETWORK)) {
      fields.set(ALLOW_PRIVATE_NETWORK, "true");
    }
    reply.whole(HttpResponseStatus.NO_CONTENT, fields, new byte[0]);
  }

  /** Adds the headers with which a page of an accepted request's origin may read a response. */
  void allow(HttpRequest request, HttpHeaders response) {
    if (origins.isEmpty()) {
      return;
    }
    String origin = request.headers().get(HttpHeaderNames.ORIGIN);
    if (origin != null && !isPreflight(request)) {
      Set<String> exposed = new TreeSet<>(EXPOSED);
      response.names().forEach(name -> exposed.add(name.toLowerCase(Locale.ROOT)));
      response.set(HttpHeaderNames.ACCESS_CONTROL_EXPOSE_HEADERS, String.join(", ", exposed));
    }
    if (origin != null) {
      response.set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    }
    // Also without an origin: a cached response must not be used for a page of one.
    response.add(HttpHeaderNames.VARY, VARY);
  }
}
