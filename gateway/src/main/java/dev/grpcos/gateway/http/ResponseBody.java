package dev.grpcos.gateway.http;

import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusException;

/** The form of a call's response. Confined to the connection. */
interface ResponseBody {
  /** Receives the call's leading metadata. */
  void headers(Metadata headers);

  /**
   * Receives an encoded message.
   *
   * @throws StatusException if it cannot be converted
   */
  void message(byte[] message) throws StatusException;

  /** Receives the status, and completes the response. */
  void close(Status status, Metadata trailers);
}
