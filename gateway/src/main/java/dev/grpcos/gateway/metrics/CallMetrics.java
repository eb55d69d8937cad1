package dev.grpcos.gateway.metrics;

import dev.grpcos.gateway.call.IncomingCall;
import dev.grpcos.gateway.call.MessageSize;
import dev.grpcos.gateway.peer.InProcessEnd;
import dev.grpcos.gateway.policy.SocketCaller;
import dev.grpcos.gateway.route.RouteTable;
import dev.grpcos.gateway.telemetry.ActiveTelemetry;
import dev.grpcos.gateway.telemetry.CallSpan;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Counts calls, including those that are refused. It follows the interceptor that identifies the
 * caller, and precedes all that refuse calls. Safe for use by any thread.
 *
 * <p>A call counts as ended before its caller gets the status. The size of a message is that on the
 * wire; that of an in-process call is its size in memory.
 */
public final class CallMetrics implements ServerInterceptor {
  private final SeriesTable series;
  private final ActiveTelemetry telemetry;

  /**
   * Creates counters.
   *
   * @param routes returns the current routes
   * @param telemetry gets a span of each call
   */
  public CallMetrics(Supplier<RouteTable> routes, ActiveTelemetry telemetry) {
    series = new SeriesTable(routes);
    this.telemetry = telemetry;
  }

  /** Returns the number of calls since the start. */
  public long total() {
    return series.started();
  }

  /**
   * Returns the number of calls that ended with a status other than OK, including cancelled ones.
   */
  public long failed() {
    return series.failed();
  }

  /** Returns the number of calls in flight. */
  public int inFlight() {
    return series.inFlight();
  }

  /** Returns the calls by method, route and socket. */
  public List<CallCounts> calls() {
    return series.calls();
  }

  /** Returns the calls by user. */
  public List<CallerCounts> callers() {
    return series.callers();
  }

  @Override
  public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
      ServerCall<ReqT, RespT> call, Metadata headers, ServerCallHandler<ReqT, RespT> next) {
    CountedCall<ReqT, RespT> counted = new CountedCall<>(call, headers);
    ServerCall.Listener<ReqT> listener;
    try {
      listener = next.startCall(counted, headers);
    } catch (RuntimeException e) {
      // gRPC ends the call with this status, without a callback.
      counted.close(Status.Code.UNKNOWN);
      counted.end();
      throw e;
    }
    // grpc-java's forwarding listener is not used: all layers share its code, which is not inlined.
    return new ServerCall.Listener<>() {
      @Override
      public void onMessage(ReqT message) {
        counted.receive(message);
        listener.onMessage(message);
      }

      @Override
      public void onHalfClose() {
        listener.onHalfClose();
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
      public void onComplete() {
        counted.close(Status.Code.UNKNOWN);
        counted.end();
        listener.onComplete();
      }

      @Override
      public void onCancel() {
        counted.cancel();
        counted.end();
        listener.onCancel();
      }
    };
  }

  private final class CountedCall<ReqT, RespT> extends SimpleForwardingServerCall<ReqT, RespT> {
    /** Called directly, because the methods of the superclass are shared and not inlined. */
    private final ServerCall<ReqT, RespT> call;

    private final CallSeries calls;
    private final CallerSeries caller;
    private final CallSpan span;
    private final long start = System.nanoTime();
    private final AtomicBoolean open = new AtomicBoolean(true);

    /** The sizes on the wire; null for an in-process call. */
    private final @Nullable IncomingCall wire;

    // Each is written by one thread at a time, and read after the last message.
    private long received;
    private long sent;

    CountedCall(ServerCall<ReqT, RespT> call, Metadata headers) {
      super(call);
      this.call = call;
      SocketCaller from = SocketCaller.of(call);
      IncomingCall incoming = IncomingCall.current();
      calls =
          series.of(
              from.socket().label(),
              incoming == null ? null : incoming.upstream(),
              call.getMethodDescriptor().getFullMethodName());
      caller = series.caller(from.peer().share());
      wire = incoming != null && incoming.hasWireSizes() ? incoming : null;
      calls.start();
      caller.start();
      span = telemetry.begin(() -> calls.traced(from.peer().uid()), headers);
    }

    void receive(ReqT message) {
      if (wire == null) {
        received += MessageSize.ofRequest(getMethodDescriptor(), message);
      }
    }

    @Override
    public boolean isReady() {
      return call.isReady();
    }

    @Override
    public void request(int messages) {
      call.request(messages);
    }

    @Override
    public void sendHeaders(Metadata headers) {
      call.sendHeaders(headers);
    }

    @Override
    public void sendMessage(RespT message) {
      if (wire == null) {
        sent += MessageSize.ofResponse(getMethodDescriptor(), message);
      }
      call.sendMessage(message);
    }

    @Override
    public void close(Status status, Metadata trailers) {
      close(status.getCode());
      call.close(status, trailers);
    }

    /** Counts the call with the status of the transport, unless its handler has ended it. */
    void cancel() {
      close(InProcessEnd.ofCancelled(this));
    }

    /** Counts the call, unless it is counted already. */
    void close(Status.Code status) {
      if (!open.getAndSet(false)) {
        return;
      }
      long nanos = System.nanoTime() - start;
      long requests = wire == null ? received : wire.receivedBytes();
      long responses = wire == null ? sent : wire.sentBytes();
      span.end(status);
      series.totals(calls, status).add(nanos, requests, responses);
      caller.totals().add(nanos, requests, responses);
      if (status != Status.Code.OK) {
        caller.fail();
      }
    }

    /** Counts the call as no longer in flight; called once. */
    void end() {
      calls.end();
      caller.end();
    }
  }
}
