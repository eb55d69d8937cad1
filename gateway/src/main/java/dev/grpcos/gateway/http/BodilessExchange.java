package dev.grpcos.gateway.http;

import io.netty.buffer.ByteBuf;

/** An exchange whose response is short and does not depend on the request's body. */
interface BodilessExchange extends Exchange {
  @Override
  default void data(ByteBuf content) {}

  @Override
  default void end() {}

  @Override
  default boolean isOpenEnded() {
    return false;
  }

  @Override
  default void writable() {}

  @Override
  default void whenBodyIsNeeded(Runnable action) {}
}
