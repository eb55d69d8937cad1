package dev.grpcos.gateway.http;

import dev.grpcos.gateway.call.CallLimits;
import dev.grpcos.gateway.config.Limits;
import dev.grpcos.gateway.limit.UserShares.Verdict;
import dev.grpcos.gateway.listener.AcceptedConnections;
import dev.grpcos.gateway.peer.PeerIdentity;
import io.grpc.Status;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The requests of a connection that counts towards the limit of connections. If it is above the
 * limit, its first request is refused, and the connection closed. Confined to one connection.
 */
final class CountedRequests implements RequestHandler {
  private final Channel connection;
  private final Limits limits;
  private final RequestHandler next;

  CountedRequests(Channel connection, Limits limits, RequestHandler next) {
    this.connection = connection;
    this.limits = limits;
    this.next = next;
  }

  @Override
  public @Nullable Exchange begin(
      HttpRequest request, HttpReply reply, Consumer<Boolean> pauseReading) {
    Verdict surplus = AcceptedConnections.surplus(connection);
    if (surplus == null) {
      return next.begin(request, reply, pauseReading);
    }
    reply.closeAfter();
    reply.error(
        HttpResponseStatus.TOO_MANY_REQUESTS,
        Status.RESOURCE_EXHAUSTED.withDescription(
            CallLimits.connectionExcess(PeerIdentity.known(connection), surplus, limits)));
    return null;
  }
}
