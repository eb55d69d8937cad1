package dev.grpcos.gateway.call;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** Counts calls, including those that are refused. Safe for use by any thread. */
public final class CallMetrics implements ServerInterceptor {
  private final LongAdder total = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final AtomicInteger inFlight = new AtomicInteger();

  /** Returns the number of calls since the start. */
  public long total() {
    return total.sum();
  }

  /**
   * Returns the number of calls that ended with a status other than OK, including cancelled ones.
   */
  public long failed() {
    return failed.sum();
  }

  /** Returns the number of calls in flight. */
  public int inFlight() {
    return inFlight.get();
  }

  @Override
  public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
      ServerCall<ReqT, RespT> call, Metadata headers, ServerCallHandler<ReqT, RespT> next) {
    total.increment();
    inFlight.incrementAndGet();
    CountedCall<ReqT, RespT> counted = new CountedCall<>(call);
    ServerCall.Listener<ReqT> listener = next.startCall(counted, headers);
    return new SimpleForwardingServerCallListener<>(listener) {
      @Override
      public void onComplete() {
        counted.end();
        super.onComplete();
      }

      @Override
      public void onCancel() {
        counted.fail();
        counted.end();
        super.onCancel();
      }
    };
  }

  private final class CountedCall<ReqT, RespT> extends SimpleForwardingServerCall<ReqT, RespT> {
    private final AtomicBoolean counts = new AtomicBoolean(true);
    private final AtomicBoolean fails = new AtomicBoolean(true);

    CountedCall(ServerCall<ReqT, RespT> call) {
      super(call);
    }

    @Override
    public void close(Status status, Metadata trailers) {
      if (!status.isOk()) {
        fail();
      }
      super.close(status, trailers);
    }

    void fail() {
      if (fails.getAndSet(false)) {
        failed.increment();
      }
    }

    void end() {
      if (counts.getAndSet(false)) {
        inFlight.decrementAndGet();
      }
    }
  }
}
