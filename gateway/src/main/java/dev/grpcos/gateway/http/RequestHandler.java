package dev.grpcos.gateway.http;

import io.netty.handler.codec.http.HttpRequest;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Answers the requests of one connection, one after the other. */
interface RequestHandler {
  /**
   * Begins the response to a request.
   *
   * @param pauseReading pauses or continues the reading of the request's body
   * @return the exchange, or null if the response is complete
   */
  @Nullable Exchange begin(HttpRequest request, HttpReply reply, Consumer<Boolean> pauseReading);
}
