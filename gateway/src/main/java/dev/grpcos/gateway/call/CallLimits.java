package dev.grpcos.gateway.call;

import dev.grpcos.gateway.config.Limits;
import io.grpc.Attributes;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Ends calls above the configured limits with RESOURCE_EXHAUSTED. */
public final class CallLimits implements ServerInterceptor {
  /** The attribute that marks a connection above the limit of connections. */
  private static final Attributes.Key<Boolean> SURPLUS =
      Attributes.Key.create("dev.grpcos.gateway.surplus");

  private final Supplier<Limits> current;
  private final IntSupplier inFlight;

  /**
   * Creates an interceptor for these limits.
   *
   * @param limits returns the current limits
   * @param inFlight returns the number of calls in flight, including the new one
   */
  public CallLimits(Supplier<Limits> limits, IntSupplier inFlight) {
    this.current = limits;
    this.inFlight = inFlight;
  }

  /** Returns these attributes with the mark that refuses all calls of a connection. */
  public static Attributes surplus(Attributes attributes) {
    return attributes.toBuilder().set(SURPLUS, true).build();
  }

  @Override
  public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
      ServerCall<ReqT, RespT> call, Metadata headers, ServerCallHandler<ReqT, RespT> next) {
    String excess = excess(call.getAttributes(), headers);
    return excess == null
        ? next.startCall(call, headers)
        : Refusal.of(call, Status.RESOURCE_EXHAUSTED.withDescription(excess));
  }

  private @Nullable String excess(Attributes attributes, Metadata headers) {
    Limits limits = current.get();
    if (attributes.get(SURPLUS) != null) {
      return "the gateway has " + limits.connections() + " connections, its limit: try again later";
    }
    if (inFlight.getAsInt() > limits.calls()) {
      return "the gateway has " + limits.calls() + " calls in flight, its limit: try again later";
    }
    int size = MetadataSize.of(headers);
    if (size > limits.metadata()) {
      return "metadata of %d bytes is above the gateway's limit of %d"
          .formatted(size, limits.metadata());
    }
    return null;
  }
}
