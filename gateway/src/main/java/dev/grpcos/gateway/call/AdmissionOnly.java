package dev.grpcos.gateway.call;

import io.grpc.Attributes;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;

/**
 * Ends the calls of requests that no handler can answer, after the gateway has counted, audited and
 * admitted them. No handler starts, because that of a request stream may run a program at once.
 */
public final class AdmissionOnly implements ServerInterceptor {
  private static final Attributes.Key<Status> END = Attributes.Key.create("dev.grpcos.gateway.end");

  /** Returns the attributes of a caller whose calls end with this status if they are admitted. */
  public static Attributes endingWith(Status end) {
    return Attributes.newBuilder().set(END, end).build();
  }

  @Override
  public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
      ServerCall<ReqT, RespT> call, Metadata headers, ServerCallHandler<ReqT, RespT> next) {
    Status end = call.getAttributes().get(END);
    return end == null ? next.startCall(call, headers) : Refusal.of(call, end);
  }
}
