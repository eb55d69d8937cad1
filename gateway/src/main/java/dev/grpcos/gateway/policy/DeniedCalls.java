package dev.grpcos.gateway.policy;

import dev.grpcos.gateway.call.NamedUpstream;
import dev.grpcos.gateway.call.OpenCalls;
import dev.grpcos.gateway.call.Refusal;
import dev.grpcos.gateway.call.RouteLookup;
import dev.grpcos.gateway.call.TakenRoute;
import dev.grpcos.gateway.peer.InProcessEnd;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.netty.channel.EventLoopGroup;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Ends the calls in flight that a changed configuration no longer allows.
 *
 * <p>Streams of health and reflection end at once, because they would show the current state of the
 * gateway to a user without rights. Other calls may finish within the drain time, as those through
 * a removed socket do. Safe for use by any thread.
 */
public final class DeniedCalls {
  private final Supplier<Policy> policy;
  private final OpenCalls calls;
  private final RouteLookup routes;
  private final EventLoopGroup loops;
  private final Set<InProcessCall<?, ?>> inProcess = ConcurrentHashMap.newKeySet();
  private final AtomicInteger changes = new AtomicInteger();

  /**
   * Creates an object without in-process calls.
   *
   * @param policy returns the current policy
   * @param calls the calls of connections
   * @param routes the current routes of in-process calls
   * @param loops the event loops, for timers
   */
  public DeniedCalls(
      Supplier<Policy> policy, OpenCalls calls, RouteLookup routes, EventLoopGroup loops) {
    this.policy = policy;
    this.calls = calls;
    this.routes = routes;
    this.loops = loops;
  }

  /** A call in flight with the route that it has taken, and a function that ends it. */
  private record EndableCall(
      SocketCaller caller, String method, TakenRoute route, Consumer<Status> end) {}

  /** Returns an interceptor that adds the in-process calls of this caller. */
  public ClientInterceptor interceptor(SocketCaller caller) {
    return new ClientInterceptor() {
      @Override
      public <ReqT, RespT> ClientCall<ReqT, RespT> interceptCall(
          MethodDescriptor<ReqT, RespT> method, CallOptions options, Channel next) {
        InProcessEnd end = new InProcessEnd();
        return new InProcessCall<>(
            next.newCall(method, end.addTo(options)), caller, method.getFullMethodName(), end);
      }
    };
  }

  /**
   * Ends the calls that the current policy denies. Those of connections end a moment later, on
   * their event loops.
   *
   * @param drain the time in which calls may finish, except those of health and reflection
   */
  public void end(Duration drain) {
    changes.incrementAndGet();
    calls.forEach(
        (call, route, end) ->
            check(
                new EndableCall(
                    SocketCaller.of(call),
                    call.getMethodDescriptor().getFullMethodName(),
                    route,
                    end),
                drain));
    inProcess.forEach(call -> check(call.endable(), drain));
  }

  private void check(EndableCall call, Duration drain) {
    if (Policy.isCommon(call.method())) {
      endIfDenied(call);
    } else if (!policy.get().allows(call.caller(), call.method(), call.route())) {
      var unused =
          loops.next().schedule(() -> endIfDenied(call), drain.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  /** Notes the status of the in-process calls that the end of their channel ends. */
  public void stopping(Status status) {
    inProcess.forEach(call -> call.end.set(status));
  }

  private void endIfDenied(EndableCall call) {
    Decision decision = policy.get().decide(call.caller(), call.method(), call.route());
    if (!decision.allowed()) {
      call.end().accept(Status.PERMISSION_DENIED.withDescription(decision.reason()));
    }
  }

  /** An in-process call, which is ended from the side of its client. */
  private final class InProcessCall<ReqT, RespT> extends SimpleForwardingClientCall<ReqT, RespT> {
    private final SocketCaller caller;
    private final String method;
    private final InProcessEnd end;
    private volatile TakenRoute route = TakenRoute.OWN;
    private volatile @Nullable Status denial;
    private volatile boolean closed;

    InProcessCall(
        ClientCall<ReqT, RespT> call, SocketCaller caller, String method, InProcessEnd end) {
      super(call);
      this.caller = caller;
      this.method = method;
      this.end = end;
    }

    EndableCall endable() {
      return new EndableCall(caller, method, route, this::deny);
    }

    private void deny(Status status) {
      denial = status;
      end.set(status);
      cancel(status.getDescription(), null);
    }

    @Override
    public void start(Listener<RespT> listener, Metadata headers) {
      int before = changes.get();
      route = routes.of(NamedUpstream.of(headers), method);
      super.start(
          new SimpleForwardingClientCallListener<>(listener) {
            @Override
            public void onClose(Status status, Metadata trailers) {
              closed = true;
              inProcess.remove(InProcessCall.this);
              Status denied = denial;
              if (denied != null && status.getCode() == Status.Code.CANCELLED) {
                super.onClose(denied, Refusal.trailers());
              } else {
                super.onClose(status, trailers);
              }
            }
          },
          headers);
      // Not earlier, because the in-process transport fails if a call ends while it starts.
      inProcess.add(this);
      if (closed) {
        inProcess.remove(this);
      } else if (changes.get() != before) {
        endIfDenied(endable());
      }
    }
  }
}
