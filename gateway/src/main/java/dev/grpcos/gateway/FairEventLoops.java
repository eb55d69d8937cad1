package dev.grpcos.gateway;

import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SingleThreadIoEventLoop;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.RejectedExecutionHandlers;
import java.util.concurrent.Executor;

/**
 * Event loops on which no connection keeps the others waiting.
 *
 * <p>Netty's event loops run tasks for up to a second before they look for input again. A client
 * that pipelines requests of HTTP/1.1 adds one task after the other, and each may make a call.
 */
final class FairEventLoops extends MultiThreadIoEventLoopGroup {
  /** The longest that a loop runs tasks, in milliseconds; Netty checks it every 64 tasks. */
  private static final long TASKS_MILLIS = 2;

  FairEventLoops(int loops, String name) {
    super(loops, new DefaultThreadFactory(name, true), EpollIoHandler.newFactory());
  }

  /** Creates a loop; called by the constructor. */
  @Override
  protected IoEventLoop newChild(
      Executor executor, IoHandlerFactory handlers, Object... unusedArguments) {
    return new SingleThreadIoEventLoop(
        this,
        executor,
        handlers,
        Integer.MAX_VALUE,
        RejectedExecutionHandlers.reject(),
        TASKS_MILLIS);
  }
}
