package dev.grpcos.gateway.http;

import io.grpc.Status;
import io.netty.buffer.ByteBuf;

/** A request and its response. Confined to the connection's event loop. */
interface Exchange {
  /** Receives a part of the request's body, which is valid until this method returns. */
  void data(ByteBuf content);

  /** Receives the end of the request. */
  void end();

  /** Returns whether the request may take any time to arrive, because it is a stream. */
  boolean isOpenEnded();

  /** Runs an action once it is certain that the request's body is needed. */
  default void whenBodyIsNeeded(Runnable action) {
    action.run();
  }

  /** Continues after the connection could not be written to. */
  void writable();

  /** Ends the exchange, because no response can be sent any more. */
  void gone();

  /** Ends the exchange with this status. */
  void stop(Status status);
}
