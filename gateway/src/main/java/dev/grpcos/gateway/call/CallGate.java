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
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * A gate for in-process calls. It admits calls until it is closed, and counts the calls that start
 * and the calls in flight.
 *
 * <p>grpc-java's in-process transport throws an exception if a call or the server ends while the
 * call starts. So the gate is closed first, and calls are ended when no call is starting. Safe for
 * use by any thread.
 */
public final class CallGate implements ClientInterceptor {
  private static final Duration BEGINNING = Duration.ofSeconds(1);

  private int beginning;
  private int underWay;
  private boolean closed;
  private volatile boolean cancels;

  /**
   * Ends further calls with UNAVAILABLE, and waits until no call is starting. That takes a moment,
   * and at most a second if a handler blocks.
   */
  public synchronized void close() throws InterruptedException {
    closed = true;
    await(() -> beginning == 0, BEGINNING);
  }

  /** Gives a reason to calls that end from now on because the channel is shut down. */
  public void cancel() {
    cancels = true;
  }

  /** Waits until no call is in flight. Returns false after a timeout. */
  public synchronized boolean awaitIdle(Duration time) throws InterruptedException {
    return await(() -> underWay == 0, time);
  }

  private synchronized boolean await(BooleanSupplier condition, Duration time)
      throws InterruptedException {
    long end = System.nanoTime() + time.toNanos();
    while (!condition.getAsBoolean()) {
      long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
      if (left <= 0) {
        return false;
      }
      wait(left);
    }
    return true;
  }

  private synchronized void begin() throws StatusException {
    if (closed) {
      throw Refusal.STOPPING.asException();
    }
    beginning++;
    underWay++;
  }

  private synchronized void begun() {
    beginning--;
    notifyAll();
  }

  private synchronized void end() {
    underWay--;
    notifyAll();
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
          end();
          throw e;
        } finally {
          begun();
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
      end();
      // A channel that is shut down ends its calls with its own status.
      boolean cancelled = cancels && status.getCode() == Status.Code.UNAVAILABLE;
      super.onClose(cancelled ? Refusal.STOPPING : status, trailers);
    }
  }
}
