package dev.grpcos.gateway.call;

import dev.grpcos.gateway.channel.CompactData;
import dev.grpcos.gateway.limit.MessageMemory;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.util.Objects;

/**
 * A status that the gateway itself returns instead of a handler. The trailer {@code grpcos-origin:
 * gateway} distinguishes it from the status of a service.
 */
public final class Refusal {
  /** The status of calls that a stopping gateway does not accept or does not let finish. */
  public static final Status STOPPING =
      Status.UNAVAILABLE.withDescription("the gateway is stopping");

  /** The name of the gateway's limit in a status, to distinguish it from other limits. */
  static final String GATEWAYS_LIMIT = "(limits.message of the gateway)";

  static final Metadata.Key<String> ENCODING = key("grpc-encoding");
  private static final Metadata.Key<String> ACCEPT_ENCODING = key("grpc-accept-encoding");
  private static final Metadata.Key<String> ORIGIN = key("grpcos-origin");

  private Refusal() {}

  /** Closes the call and returns a listener that ignores further events. */
  public static <ReqT> ServerCall.Listener<ReqT> of(ServerCall<ReqT, ?> call, Status status) {
    close(call, status);
    return new ServerCall.Listener<>() {};
  }

  /** Closes a call that has already started. */
  public static void close(ServerCall<?, ?> call, Status status) {
    Metadata trailers = trailers();
    if (status.getCode() == Status.Code.UNIMPLEMENTED) {
      // Required by the specification if the encoding of a message is not supported.
      trailers.put(ACCEPT_ENCODING, Encodings.READABLE);
    }
    call.close(status, trailers);
  }

  /** Returns the trailers of a status that the gateway made. */
  public static Metadata trailers() {
    Metadata trailers = new Metadata();
    trailers.put(ORIGIN, "gateway");
    return trailers;
  }

  /** Returns whether these are the trailers of a status that the gateway made. */
  public static boolean isFromGateway(Metadata trailers) {
    return trailers.containsKey(ORIGIN);
  }

  /** Returns the status of a transport for a message over its limit, with the name of the limit. */
  public static Status overLimit(Status status) {
    String description = status.getDescription();
    if (Objects.equals(description, MessageMemory.EXHAUSTED.getDescription())
        || Objects.equals(description, CompactData.EXHAUSTED.getDescription())) {
      return status;
    }
    return status.withDescription(description + " " + GATEWAYS_LIMIT);
  }

  private static Metadata.Key<String> key(String name) {
    return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
  }
}
