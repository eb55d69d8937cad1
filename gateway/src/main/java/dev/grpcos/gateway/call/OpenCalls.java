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
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The open calls of connections. A stopping gateway ends them with a status, because grpc-java's
 * server would reset their streams.
 *
 * <p>The calls of an event loop are confined to it: their handlers run on it, and it visits and
 * ends them. Other threads send it a task.
 */
public final class OpenCalls {
  private static final System.Logger LOG = System.getLogger("dev.grpcos.gateway.call");

  private final List<LoopCalls> loops = new ArrayList<>();

  /**
   * Creates an object without calls.
   *
   * @param loops the event loops of the connections
   */
  public OpenCalls(EventLoopGroup loops) {
    loops.forEach(loop -> this.loops.add(new LoopCalls(loop)));
  }

  /** Looks at an open call. */
  @FunctionalInterface
  public interface Visitor {
    /**
     * Looks at a call, on its event loop.
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

  /** The open calls of one event loop, in any order. */
  private static final class LoopCalls {
    private final EventExecutor loop;
    private final List<OpenCall<?, ?>> calls = new ArrayList<>();

    LoopCalls(EventExecutor loop) {
      this.loop = loop;
    }

    void add(OpenCall<?, ?> call) {
      call.place = calls.size();
      calls.add(call);
    }

    /** Removes a call; the last one takes its place. */
    void remove(OpenCall<?, ?> call) {
      OpenCall<?, ?> last = calls.remove(calls.size() - 1);
      if (last != call) {
        calls.set(call.place, last);
        last.place = call.place;
      }
    }

    /** Passes each call to the visitor, which may end calls. */
    void forEach(Consumer<OpenCall<?, ?>> visitor) {
      List.copyOf(calls).forEach(visitor);
    }
  }

  /** Adds a call of the current event loop. In-process calls have none and are not added. */
  <ReqT, RespT> OpenCall<ReqT, RespT> add(ServerCall<ReqT, RespT> call, IncomingCall incoming) {
    LoopCalls current = current();
    OpenCall<ReqT, RespT> open = new OpenCall<>(call, incoming, current);
    if (current != null) {
      current.add(open);
    }
    return open;
  }

  private @Nullable LoopCalls current() {
    for (LoopCalls each : loops) {
      if (each.loop.inEventLoop()) {
        return each;
      }
    }
    return null;
  }

  /**
   * Ends the calls whose single request has not arrived, in tasks of their event loops.
   *
   * @param looks the number of times that this method may find a call open without progress
   * @param progress the number of bytes whose arrival is progress
   */
  void endLate(int looks, long progress, Methods methods, Status status) {
    visit(
        call -> {
          if (!call.requestsEnded && ++call.looks > looks) {
            call.looks = 0; // a method may become known
            if (!call.progresses(progress)
                && methods.takesOneRequest(
                    call.incoming.upstream(), call.getMethodDescriptor().getFullMethodName())) {
              call.end(status);
            }
          }
        });
  }

  /** Passes each open call to the visitor, in tasks of their event loops. */
  public void forEach(Visitor visitor) {
    visit(call -> visitor.visit(call, call.incoming.route(), call::endLater));
  }

  private void visit(Consumer<OpenCall<?, ?>> visitor) {
    for (LoopCalls each : loops) {
      if (!each.loop.isShuttingDown()) {
        each.loop.execute(() -> each.forEach(visitor));
      }
    }
  }

  /**
   * Ends all calls with this status, and waits until their event loops have done so. Must not be
   * called on an event loop.
   *
   * @param most the longest time to wait
   */
  public void end(Status status, Duration most) {
    List<Future<?>> ends = new ArrayList<>();
    for (LoopCalls each : loops) {
      ends.add(each.loop.submit(() -> each.forEach(call -> call.end(status))));
    }
    long deadline = System.nanoTime() + most.toNanos();
    for (Future<?> end : ends) {
      boolean unused =
          end.awaitUninterruptibly(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
    }
  }

  /**
   * A call that ignores its handler once the gateway has ended the call. Any thread may send
   * responses; the rest is confined to the call's event loop.
   */
  static final class OpenCall<ReqT, RespT> extends SimpleForwardingServerCall<ReqT, RespT> {
    /** Called directly, because the methods of the superclass are shared and not inlined. */
    private final ServerCall<ReqT, RespT> call;

    private final IncomingCall incoming;
    private final @Nullable LoopCalls calls;
    private volatile boolean closed;
    private volatile boolean ended;
    private boolean requestsEnded;

    /** The index in the list of the loop's calls. */
    private int place;

    /** The bytes of the requests so far. */
    private long received;

    /** The number of looks for late requests. */
    private int looks;

    /** The bytes that had arrived when the looks began. */
    private long receivedBefore;

    private OpenCall(
        ServerCall<ReqT, RespT> call, IncomingCall incoming, @Nullable LoopCalls calls) {
      super(call);
      this.call = call;
      this.incoming = incoming;
      this.calls = calls;
    }

    /** Removes the call, which has ended, from the open calls. */
    void remove() {
      if (calls != null) {
        calls.remove(this);
      }
    }

    /** Closes the call in a task of its event loop, as in {@link #end}. Any thread may do so. */
    void endLater(Status status) {
      if (calls != null) {
        calls.loop.execute(() -> end(status));
      }
    }

    /** Notes that bytes of a request have arrived. */
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
        try {
          Refusal.close(call, status);
        } catch (IllegalStateException e) {
          // The handler has closed it at the same time, on another thread.
          LOG.log(System.Logger.Level.DEBUG, "a call was closed before it was ended", e);
        }
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
      if (!ended) {
        call.sendHeaders(headers);
      }
    }

    @Override
    public void sendMessage(RespT message) {
      if (!ended) {
        call.sendMessage(message);
      }
    }

    @Override
    public void close(Status status, Metadata trailers) {
      if (!ended) {
        closed = true;
        call.close(status, trailers);
      }
    }
  }
}
