package dev.grpcos.gateway.http;

import io.grpc.StatusException;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** The messages in a request's body, as its bytes arrive. Confined to the connection. */
interface RequestBody {
  /**
   * Adds bytes.
   *
   * @throws StatusException if the body is too large
   */
  void add(ByteBuf content) throws StatusException;

  /** Marks the end of the bytes. */
  void end();

  /**
   * Returns the next message, or null if it is incomplete or there is none.
   *
   * @throws StatusException if the body is invalid
   */
  @Nullable ReceivedMessage next() throws StatusException;

  /** Returns the number of bytes that {@link #next} has not consumed. */
  int waiting();

  /** Returns whether the body is a stream of messages, so that the call starts with its head. */
  boolean isStream();
}
