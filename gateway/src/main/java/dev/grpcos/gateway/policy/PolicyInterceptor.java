package dev.grpcos.gateway.policy;

import dev.grpcos.gateway.call.IncomingCall;
import dev.grpcos.gateway.call.Refusal;
import dev.grpcos.gateway.call.TakenRoute;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.function.Supplier;

/** Rejects calls that the policy does not allow with PERMISSION_DENIED. */
public final class PolicyInterceptor implements ServerInterceptor {
  private static final System.Logger LOG = System.getLogger("dev.grpcos.gateway.policy");

  private final Supplier<Policy> policy;

  /** Creates an interceptor that applies the current policy. */
  public PolicyInterceptor(Supplier<Policy> policy) {
    this.policy = policy;
  }

  @Override
  public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
      ServerCall<ReqT, RespT> call, Metadata headers, ServerCallHandler<ReqT, RespT> next) {
    SocketCaller caller = SocketCaller.of(call);
    String method = call.getMethodDescriptor().getFullMethodName();
    IncomingCall incoming = IncomingCall.current();
    TakenRoute route = incoming == null ? TakenRoute.OWN : incoming.route();
    Decision decision = policy.get().decide(caller, method, route);
    caller.socket().count(method, route, decision.allowed());
    if (decision.allowed()) {
      if (incoming != null && caller.hasReserve()) {
        incoming.useReserve();
      }
      return next.startCall(call, headers);
    }
    LOG.log(
        System.Logger.Level.DEBUG, "denied {0}: {1}", caller.peer().origin(), decision.reason());
    return Refusal.of(call, Status.PERMISSION_DENIED.withDescription(decision.reason()));
  }
}
