package dev.grpcos.gateway.http;

import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusException;

/** The form of a call's response. Confined to the connection. */
interface ResponseBody {
  /** Receives the call's leading metadata. */
  void headers(Metadata headers);

  /** Returns whether the conversion of a large message would block an event loop too long. */
  boolean isCostly(MessageCodec codec);

  /**
   * Converts an encoded message to its form in the response. Any thread may call this.
   *
   * @throws StatusException if the message is not valid
   */
  byte[] converted(MessageCodec codec, byte[] message) throws StatusException;

  /** Receives a converted message. */
  void message(byte[] converted);

  /** Receives the status, and completes the response. */
  void close(Status status, Metadata trailers);
}
