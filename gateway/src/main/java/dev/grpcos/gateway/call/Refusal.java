package dev.grpcos.gateway.call;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;

/**
 * A status that the gateway itself gives in the place of a handler; the trailer {@code
 * grpcos-origin: gateway} tells it from one that a service gave.
 */
public final class Refusal {
  private static final Metadata.Key<String> ORIGIN =
      Metadata.Key.of("grpcos-origin", Metadata.ASCII_STRING_MARSHALLER);

  private Refusal() {}

  /** Closes the call, and gives a listener that ignores what still comes of it. */
  public static <ReqT> ServerCall.Listener<ReqT> of(ServerCall<ReqT, ?> call, Status status) {
    close(call, status);
    return new ServerCall.Listener<>() {};
  }

  /** Closes a call that is already going on. */
  public static void close(ServerCall<?, ?> call, Status status) {
    Metadata trailers = new Metadata();
    trailers.put(ORIGIN, "gateway");
    call.close(status, trailers);
  }
}
