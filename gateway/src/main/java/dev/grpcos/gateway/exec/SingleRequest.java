package dev.grpcos.gateway.exec;

import io.grpc.Status;
import io.grpc.StatusException;
import org.jspecify.annotations.Nullable;

/** The request of a method that takes exactly one. Confined to the call's event loop. */
final class SingleRequest {
  private final String method;
  private byte @Nullable [] message;

  /**
   * @param method the full name of the method, for errors
   */
  SingleRequest(String method) {
    this.method = method;
  }

  /**
   * Receives a request.
   *
   * @throws StatusException if it is not the first
   */
  void set(byte[] received) throws StatusException {
    if (message != null) {
      throw wrong("two");
    }
    message = received;
  }

  /**
   * Returns the request, and releases it.
   *
   * @throws StatusException if there is none
   */
  byte[] take() throws StatusException {
    byte[] taken = message;
    if (taken == null) {
      throw wrong("none");
    }
    message = null;
    return taken;
  }

  private StatusException wrong(String count) {
    return Status.INTERNAL
        .withDescription(method + " takes one request, but got " + count)
        .asException();
  }
}
