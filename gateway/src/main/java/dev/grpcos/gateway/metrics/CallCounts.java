package dev.grpcos.gateway.metrics;

import io.grpc.Status;
import java.util.Map;

/**
 * The calls of one method, route and socket.
 *
 * @param method the full name of the method, or {@code other}
 * @param route the origin that served them, such as {@code local}, or {@code none}
 * @param socket the name of the socket, or the TCP address
 * @param started the number of calls
 * @param inFlight the number of calls that have not ended
 * @param ended the ended calls by status
 */
public record CallCounts(
    String method,
    String route,
    String socket,
    long started,
    int inFlight,
    Map<Status.Code, EndedCalls> ended) {
  public CallCounts {
    ended = Map.copyOf(ended);
  }
}
