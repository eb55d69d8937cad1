package dev.grpcos.gateway.call;

import dev.grpcos.gateway.call.OpenCalls.OpenCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/**
 * Ends calls that violate the protocol with a status of the gateway: at once if the headers are
 * invalid, later if the transport finds a malformed or too large message.
 *
 * <p>The transport would end the latter with a status without origin, or with a reset stream if the
 * response has begun. It notifies the listener first, so the status from here is sent before.
 */
public final class InvalidCalls implements ServerInterceptor {
  private final OpenCalls calls;

  public InvalidCalls(OpenCalls calls) {
    this.calls = calls;
  }

  /**
   * Returns the interceptor for in-process calls. Their transport finds nothing wrong with
   * messages, and a stopping gateway ends them by their channel.
   */
  public static ServerInterceptor inProcess() {
    return new ServerInterceptor() {
      @Override
      public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
          ServerCall<ReqT, RespT> call, Metadata headers, ServerCallHandler<ReqT, RespT> next) {
        IncomingCall incoming = IncomingCall.current();
        Status defect = incoming == null ? null : incoming.defect();
        return defect == null ? next.startCall(call, headers) : Refusal.of(call, defect);
      }
    };
  }

  @Override
  public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
      ServerCall<ReqT, RespT> call, Metadata headers, ServerCallHandler<ReqT, RespT> next) {
    IncomingCall incoming = IncomingCall.current();
    if (incoming == null) {
      return next.startCall(call, headers);
    }
    Status defect = incoming.defect();
    if (defect != null) {
      return Refusal.of(call, defect);
    }
    OpenCall<ReqT, RespT> open = calls.add(call, incoming);
    incoming.opened(open);
    ServerCall.Listener<ReqT> listener;
    try {
      listener = next.startCall(open, headers);
    } catch (RuntimeException | Error e) {
      open.remove(); // gRPC ends the call without a callback
      throw e;
    }
    // grpc-java's forwarding listener is not used: all layers share its code, which is not inlined.
    return new ServerCall.Listener<>() {
      @Override
      public void onMessage(ReqT message) {
        listener.onMessage(message);
      }

      @Override
      public void onReady() {
        listener.onReady();
      }

      @Override
      public void onEvent(Object event) {
        listener.onEvent(event);
      }

      @Override
      public void onHalfClose() {
        open.requestsEnd();
        listener.onHalfClose();
      }

      @Override
      public void onComplete() {
        open.remove();
        if (open.isEnded()) {
          listener.onCancel(); // the handler has not completed the call
        } else {
          listener.onComplete();
        }
      }

      @Override
      public void onCancel() {
        open.remove();
        listener.onCancel();
        Status status = violation(incoming.ended());
        if (status != null) {
          open.end(status);
        }
      }
    };
  }

  /** Returns the status for the caller if its message caused the end, or null. */
  private static @Nullable Status violation(Status ended) {
    return switch (ended.getCode()) {
      case RESOURCE_EXHAUSTED -> Refusal.overLimit(ended);
      case INTERNAL -> ended;
      default -> null;
    };
  }
}
