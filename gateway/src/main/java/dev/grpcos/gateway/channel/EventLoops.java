package dev.grpcos.gateway.channel;

import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SingleThreadIoEventLoop;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.RejectedExecutionHandlers;
import java.util.concurrent.Executor;

/**
 * Event loops on which no connection keeps the others waiting, and which close their connections
 * when they end.
 *
 * <p>Netty's event loops run tasks for up to a second before they look for input again. A client
 * that pipelines requests of HTTP/1.1 adds one task after the other, and each may make a call.
 *
 * <p>Netty's event loops close their connections before they run the last tasks, but only if they
 * learn of the end before. A loop without a quiet period that is asked to end while it runs tasks
 * leaves its connections open.
 */
public final class EventLoops extends MultiThreadIoEventLoopGroup {
  /** The longest that a loop runs tasks, in milliseconds; Netty checks it every 64 tasks. */
  private static final long TASKS_MILLIS = 2;

  /**
   * Starts event loops.
   *
   * @param loops the number of loops
   * @param name the beginning of the names of their threads, which are daemon threads
   */
  public EventLoops(int loops, String name) {
    super(loops, new DefaultThreadFactory(name, true), EpollIoHandler.newFactory());
  }

  /** Creates a loop; called by the constructor. */
  @Override
  protected IoEventLoop newChild(
      Executor executor, IoHandlerFactory handlers, Object... unusedArguments) {
    return new ClosingLoop(this, executor, handlers);
  }

  private static final class ClosingLoop extends SingleThreadIoEventLoop {
    ClosingLoop(EventLoops loops, Executor executor, IoHandlerFactory handlers) {
      super(
          loops,
          executor,
          handlers,
          Integer.MAX_VALUE,
          RejectedExecutionHandlers.reject(),
          TASKS_MILLIS);
    }

    /** Closes the connections before the loop ends; Netty calls this method again afterwards. */
    @Override
    protected boolean confirmShutdown() {
      boolean confirmed = super.confirmShutdown();
      if (confirmed) {
        ioHandler().prepareToDestroy();
      }
      return confirmed;
    }
  }
}
