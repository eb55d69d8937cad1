package dev.grpcos.gateway.http;

import io.grpc.Status;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The requests of a connection over TCP. Each is checked by itself before it reaches the router:
 * the host, the web origin, then the token. A refusal closes the connection. Confined to one
 * connection.
 */
final class GuardedRequests implements RequestHandler {
  private static final String HEALTH = "/healthz";

  private final AddressState address;
  private final Supplier<InetAddress> local;
  private final RequestHandler next;

  GuardedRequests(AddressState address, Channel connection, RequestHandler next) {
    this.address = address;
    this.local = () -> ((InetSocketAddress) connection.localAddress()).getAddress();
    this.next = next;
  }

  @Override
  public @Nullable Exchange begin(
      HttpRequest request, HttpReply reply, Consumer<Boolean> pauseReading) {
    HttpAccess access = address.access();
    reply.extend(KnownOrigins::isolate);
    if (!access.hosts().accept(request, local.get())) {
      reject(
          reply,
          HttpResponseStatus.MISDIRECTED_REQUEST,
          Status.PERMISSION_DENIED.withDescription(
              "the Host of the request is not a name of this gateway; use its IP address, or add"
                  + " the name to listen.http.hosts"));
      return null;
    }
    if (!access.origins().accept(request)) {
      reject(
          reply,
          HttpResponseStatus.FORBIDDEN,
          Status.PERMISSION_DENIED.withDescription(
              "pages of this web origin may not send requests; add the origin to"
                  + " listen.http.origins"));
      return null;
    }
    reply.extend(
        fields -> {
          access.origins().allow(request, fields);
          KnownOrigins.isolate(fields);
        });
    if (KnownOrigins.isPreflight(request)) {
      reply.closeAfter(); // a client without the token keeps no connection
      KnownOrigins.preflight(request, reply);
      return null;
    }
    if (isProbe(request)) {
      // Without the token, so that probes need no secret; a client learns no more than this.
      reply.closeAfter();
      HealthExchange.send(
          reply, address.isServing() ? ServingStatus.SERVING : ServingStatus.NOT_SERVING);
      return null;
    }
    if (!access.isAuthorized(request)) {
      unauthorized(request, reply);
      return null;
    }
    // The token is for the gateway, and no service may see it.
    request.headers().remove(HttpHeaderNames.AUTHORIZATION);
    return next.begin(request, reply, pauseReading);
  }

  private static boolean isProbe(HttpRequest request) {
    return request.uri().equals(HEALTH)
        && (request.method().equals(HttpMethod.GET) || request.method().equals(HttpMethod.HEAD))
        && !request.headers().contains(HttpHeaderNames.AUTHORIZATION);
  }

  private void unauthorized(HttpRequest request, HttpReply reply) {
    boolean sent = request.headers().contains(HttpHeaderNames.AUTHORIZATION);
    HttpHeaders fields = new DefaultHttpHeaders();
    fields.set(
        HttpHeaderNames.WWW_AUTHENTICATE,
        sent ? "Bearer realm=\"grpcos\", error=\"invalid_token\"" : "Bearer realm=\"grpcos\"");
    address.rejected();
    reply.closeAfter();
    reply.error(
        HttpResponseStatus.UNAUTHORIZED,
        Status.UNAUTHENTICATED.withDescription(
            sent
                ? "the token is not the gateway's; send the content of listen.http.token as"
                    + " Authorization: Bearer TOKEN"
                : "the request has no token; send the content of listen.http.token as"
                    + " Authorization: Bearer TOKEN"),
        fields);
  }

  private void reject(HttpReply reply, HttpResponseStatus status, Status error) {
    address.rejected();
    reply.closeAfter();
    reply.error(status, error);
  }
}
