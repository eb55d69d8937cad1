package dev.grpcos.gateway.audit;

import dev.grpcos.gateway.call.IncomingCall;
import dev.grpcos.gateway.call.MessageSize;
import dev.grpcos.gateway.call.Refusal;
import dev.grpcos.gateway.call.TakenRoute;
import dev.grpcos.gateway.peer.InProcessEnd;
import dev.grpcos.gateway.policy.SocketCaller;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Records each call once, when it has ended. It precedes all interceptors that refuse calls, so
 * that refused calls are recorded too. Does nothing if there is no audit file.
 */
public final class AuditInterceptor implements ServerInterceptor {
  private final AuditLog log;
  private final Origins origins;

  /** Finds the origin of a method. */
  @FunctionalInterface
  public interface Origins {
    /**
     * Returns the origin, such as {@code local}; null if no route serves the method.
     *
     * @param route the route that the call has taken
     */
    @Nullable String of(String method, TakenRoute route);
  }

  public AuditInterceptor(AuditLog log, Origins origins) {
    this.log = log;
    this.origins = origins;
  }

  @Override
  public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
      ServerCall<ReqT, RespT> call, Metadata headers, ServerCallHandler<ReqT, RespT> next) {
    if (!log.isOpen()) {
      return next.startCall(call, headers);
    }
    RecordedCall<ReqT, RespT> recorded = new RecordedCall<>(call);
    ServerCall.Listener<ReqT> listener;
    try {
      listener = next.startCall(recorded, headers);
    } catch (RuntimeException e) {
      // gRPC ends the call with this status, without a callback.
      recorded.end(Status.Code.UNKNOWN);
      throw e;
    }
    recorded.begun();
    return new SimpleForwardingServerCallListener<>(listener) {
      @Override
      public void onMessage(ReqT message) {
        recorded.read(message);
        super.onMessage(message);
      }

      @Override
      public void onComplete() {
        recorded.end(Status.Code.UNKNOWN);
        super.onComplete();
      }

      @Override
      public void onCancel() {
        super.onCancel(); // may still set a status
        recorded.cancel();
      }
    };
  }

  /** Counts the messages of a call. Requests and responses may come on different threads. */
  private final class RecordedCall<ReqT, RespT> extends SimpleForwardingServerCall<ReqT, RespT> {
    private final Instant time = Instant.now();
    private final long start = System.nanoTime();
    private final TakenRoute route = IncomingCall.currentRoute();
    private final AtomicBoolean open = new AtomicBoolean(true);
    private volatile Status.@Nullable Code closed;
    private volatile boolean handled;
    private volatile boolean refused;
    private volatile Counts requests = Counts.NONE;
    private volatile Counts responses = Counts.NONE;

    RecordedCall(ServerCall<ReqT, RespT> call) {
      super(call);
    }

    /** Notes that the call has begun: a later status is not a refusal. */
    void begun() {
      handled = true;
    }

    void read(ReqT message) {
      requests = requests.and(MessageSize.ofRequest(getMethodDescriptor(), message));
    }

    @Override
    public void sendMessage(RespT message) {
      responses = responses.and(MessageSize.ofResponse(getMethodDescriptor(), message));
      super.sendMessage(message);
    }

    @Override
    public void close(Status status, Metadata trailers) {
      closed = status.getCode();
      refused = !handled && Refusal.isFromGateway(trailers);
      super.close(status, trailers);
    }

    void cancel() {
      end(InProcessEnd.ofCancelled(this));
    }

    /**
     * Records the call, unless it is recorded already. The handler's status, if any, takes
     * precedence.
     */
    void end(Status.Code otherwise) {
      Status.Code status = closed;
      if (open.getAndSet(false)) {
        String method = getMethodDescriptor().getFullMethodName();
        AuditRecord call =
            new AuditRecord(
                time,
                SocketCaller.of(this),
                method,
                origins.of(method, route),
                status == null ? otherwise : status,
                requests.messages,
                requests.bytes,
                responses.messages,
                responses.bytes,
                Duration.ofNanos(System.nanoTime() - start));
        if (refused) {
          log.addRefused(call);
        } else {
          log.add(call);
        }
      }
    }
  }

  private record Counts(long messages, long bytes) {
    static final Counts NONE = new Counts(0, 0);

    Counts and(int size) {
      return new Counts(messages + 1, bytes + size);
    }
  }
}
