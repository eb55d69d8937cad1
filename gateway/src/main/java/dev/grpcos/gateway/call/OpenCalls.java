package dev.grpcos.gateway.call;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The open calls of connections. A stopping gateway ends them with a status, because grpc-java's
 * server would reset their streams.
 *
 * <p>A call is ended on its connection's event loop, on which its handler runs too. Safe for use by
 * any thread.
 */
public final class OpenCalls {
  private final EventLoopGroup loops;
  private final Set<OpenCall<?, ?>> calls = ConcurrentHashMap.newKeySet();

  /**
   * Creates an object without calls.
   *
   * @param loops the event loops of the connections
   */
  public OpenCalls(EventLoopGroup loops) {
    this.loops = loops;
  }

  /** Looks at an open call. */
  @FunctionalInterface
  public interface Visitor {
    /**
     * Looks at a call.
     *
     * @param route the route that the call has taken
     * @param end ends the call with a status later, on its event loop
     */
    void visit(ServerCall<?, ?> call, TakenRoute route, Consumer<Status> end);
  }

  /** Knows the methods of the gateway. */
  @FunctionalInterface
  public interface Methods {
    /**
     * Returns whether a method is known and takes a single request.
     *
     * @param upstream the upstream that the caller names; null for none
     * @param method the full name
     */
    boolean takesOneRequest(@Nullable String upstream, String method);
  }

  /** Adds a call. In-process calls have no event loop and are not added. */
  <ReqT, RespT> OpenCall<ReqT, RespT> add(ServerCall<ReqT, RespT> call, IncomingCall incoming) {
    OpenCall<ReqT, RespT> open = new OpenCall<>(call, incoming, currentLoop());
    if (open.loop != null) {
      calls.add(open);
    }
    return open;
  }

  void remove(OpenCall<?, ?> call) {
    calls.remove(call);
  }

  /**
   * Ends the calls whose single request has not arrived.
   *
   * @param looks the number of times that this method may find a call open without progress
   * @param progress the number of bytes whose arrival is progress
   */
  void endLate(int looks, long progress, Methods methods, Status status) {
    for (OpenCall<?, ?> call : calls) {
      if (!call.requestsEnded && ++call.looks > looks && call.loop != null) {
        call.looks = 0; // a method may become known
        if (!call.progresses(progress)
            && methods.takesOneRequest(
                call.incoming.upstream(), call.getMethodDescriptor().getFullMethodName())) {
          call.endLater(status);
        }
      }
    }
  }

  /** Passes each open call to the visitor. */
  public void forEach(Visitor visitor) {
    calls.forEach(call -> visitor.visit(call, call.incoming.route(), call::endLater));
  }

  /**
   * Ends all calls with this status, and waits until their event loops have done so. Must not be
   * called on an event loop.
   *
   * @param most the longest time to wait
   */
  public void end(Status status, Duration most) {
    List<Future<?>> ends = new ArrayList<>();
    for (OpenCall<?, ?> call : calls) {
      if (call.loop != null) {
        ends.add(call.loop.submit(() -> call.end(status)));
      }
    }
    long deadline = System.nanoTime() + most.toNanos();
    for (Future<?> end : ends) {
      boolean unused =
          end.awaitUninterruptibly(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
    }
  }

  private @Nullable EventExecutor currentLoop() {
    for (EventExecutor loop : loops) {
      if (loop.inEventLoop()) {
        return loop;
      }
    }
    return null;
  }

  /** A call that ignores its handler once the gateway has ended the call. */
  static final class OpenCall<ReqT, RespT> extends SimpleForwardingServerCall<ReqT, RespT> {
    private final int hash = ThreadLocalRandom.current().nextInt();
    private final IncomingCall incoming;
    private final @Nullable EventExecutor loop;
    private volatile boolean closed;
    private volatile boolean ended;
    private volatile boolean requestsEnded;

    /** The bytes of the requests so far; only the call's loop adds to them. */
    private volatile long received;

    /** Used by one thread, which looks for late requests. */
    private int looks;

    /** The bytes that had arrived when the looks began; used by the same thread. */
    private long receivedBefore;

    private OpenCall(
        ServerCall<ReqT, RespT> call, IncomingCall incoming, @Nullable EventExecutor loop) {
      super(call);
      this.incoming = incoming;
      this.loop = loop;
    }

    /** The hash code of Object takes several times as long for each new object. */
    @Override
    public int hashCode() {
      return hash;
    }

    /** Closes the call in a task of its event loop, as in {@link #end}. */
    void endLater(Status status) {
      if (loop != null) {
        loop.execute(() -> end(status));
      }
    }

    /** Notes that bytes of a request have arrived. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // by one thread
    void received(long bytes) {
      received += bytes;
    }

    /** Returns whether at least this many bytes have arrived since the last call of this method. */
    private boolean progresses(long bytes) {
      long since = received - receivedBefore;
      receivedBefore += since;
      return since >= bytes;
    }

    /** Notes that all requests have arrived. */
    void requestsEnd() {
      requestsEnded = true;
    }

    /** Returns whether the gateway has ended the call, and not its handler. */
    boolean isEnded() {
      return ended;
    }

    /** Closes the call with a status of the gateway, unless it is closed. */
    void end(Status status) {
      if (!closed) {
        closed = true;
        ended = true;
        Refusal.close(delegate(), status);
      }
    }

    @Override
    public void sendHeaders(Metadata headers) {
      if (!ended) {
        super.sendHeaders(headers);
      }
    }

    @Override
    public void sendMessage(RespT message) {
      if (!ended) {
        super.sendMessage(message);
      }
    }

    @Override
    public void close(Status status, Metadata trailers) {
      if (!ended) {
        closed = true;
        super.close(status, trailers);
      }
    }
  }
}
