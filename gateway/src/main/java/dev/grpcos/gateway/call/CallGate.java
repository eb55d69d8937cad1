package dev.grpcos.gateway.call;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ClientInterceptors.CheckedForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A gate for in-process calls. It admits calls until it is closed, and counts the calls that start
 * and the calls in flight.
 *
 * <p>grpc-java's in-process transport throws an exception if a call or the server ends while the
 * call starts. So the gate is closed first, and calls are ended when no call is starting. A call is
 * counted before it looks whether the gate is closed, so none is missed. Safe for use by any
 * thread.
 */
public final class CallGate implements ClientInterceptor {
  private static final Duration BEGINNING = Duration.ofSeconds(1);

  /** The calls that start. */
  private final CallCount beginning = new CallCount();

  /** The calls in flight. */
  private final CallCount underWay = new CallCount();

  private volatile boolean cancels;

  /** A number of calls, and a latch that opens when it is zero after the gate is closed. */
  private static final class CallCount {
    private final AtomicInteger calls = new AtomicInteger();
    private final CountDownLatch none = new CountDownLatch(1);
    private volatile boolean closed;

    /** Adds a call; returns whether the gate is open. The call must be removed in any case. */
    boolean add() {
      calls.incrementAndGet();
      return !closed;
    }

    void remove() {
      if (calls.decrementAndGet() == 0 && closed) {
        none.countDown();
      }
    }

    void close() {
      closed = true;
      if (calls.get() == 0) {
        none.countDown();
      }
    }

    boolean awaitNone(Duration time) throws InterruptedException {
      return none.await(time.toNanos(), TimeUnit.NANOSECONDS);
    }
  }

  /**
   * Ends further calls with UNAVAILABLE, and waits until no call is starting. That takes a moment,
   * and at most a second if a handler blocks.
   */
  public void close() throws InterruptedException {
    beginning.close();
    underWay.close();
    boolean unused = beginning.awaitNone(BEGINNING);
  }

  /** Gives a reason to calls that end from now on because the channel is shut down. */
  public void cancel() {
    cancels = true;
  }

  /** Waits, after {@link #close}, until no call is in flight. Returns false after a timeout. */
  public boolean awaitIdle(Duration time) throws InterruptedException {
    return underWay.awaitNone(time);
  }

  private void begin() throws StatusException {
    boolean open = beginning.add();
    if (!underWay.add() || !open) {
      underWay.remove();
      beginning.remove();
      throw Refusal.STOPPING.asException();
    }
  }

  @Override
  public <ReqT, RespT> ClientCall<ReqT, RespT> interceptCall(
      MethodDescriptor<ReqT, RespT> method, CallOptions options, Channel next) {
    return new CheckedForwardingClientCall<>(next.newCall(method, options)) {
      @Override
      protected void checkedStart(Listener<RespT> listener, Metadata headers)
          throws StatusException {
        begin();
        try {
          delegate().start(new Ending<>(listener), headers);
        } catch (RuntimeException e) {
          underWay.remove();
          throw e;
        } finally {
          beginning.remove();
        }
      }
    };
  }

  private final class Ending<RespT> extends SimpleForwardingClientCallListener<RespT> {
    Ending(ClientCall.Listener<RespT> listener) {
      super(listener);
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      underWay.remove();
      // A channel that is shut down ends its calls with its own status.
      boolean cancelled = cancels && status.getCode() == Status.Code.UNAVAILABLE;
      super.onClose(cancelled ? Refusal.STOPPING : status, trailers);
    }
  }
}
