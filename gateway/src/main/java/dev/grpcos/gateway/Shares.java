package dev.grpcos.gateway;

import dev.grpcos.gateway.config.ListenConfig;
import dev.grpcos.gateway.config.NamePattern;
import dev.grpcos.gateway.config.SocketConfig;
import dev.grpcos.gateway.failure.GatewayException;
import dev.grpcos.gateway.listener.SocketListener;
import dev.grpcos.gateway.local.SharedSocket;
import dev.grpcos.gateway.policy.SocketAccess;
import dev.grpcos.gateway.policy.SocketRights;
import io.netty.channel.EventLoopGroup;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Opens and ends sockets that callers of the admin service share, on a thread that exists only
 * while there is work. Safe for use by any thread; no method blocks.
 */
final class Shares implements AutoCloseable {
  private static final int MODE = 0600;

  private final Sockets sockets;
  private final EventLoopGroup loops;
  private final ThreadPoolExecutor thread;

  Shares(Sockets sockets, EventLoopGroup loops) {
    this.sockets = sockets;
    this.loops = loops;
    // The number of shared sockets bounds the queue.
    thread =
        new ThreadPoolExecutor(
            1,
            1,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread made = new Thread(task, "grpcos-share");
              made.setDaemon(true);
              return made;
            });
    thread.allowCoreThreadTimeOut(true);
  }

  /**
   * Opens a socket.
   *
   * @param path its absolute path; null for a new one beside the owner's socket
   * @param methods patterns of the methods that it offers
   * @param upstreams patterns of the upstreams to which calls may go; empty for calls that go where
   *     the gateway sends them
   * @param ttl the time after which {@code expired} runs; null for no limit
   * @param expired ends the socket
   */
  CompletableFuture<SharedSocket> share(
      @Nullable Path path,
      List<NamePattern> methods,
      List<NamePattern> upstreams,
      @Nullable Duration ttl,
      Runnable expired) {
    CompletableFuture<SharedSocket> result = new CompletableFuture<>();
    try {
      thread.execute(
          () -> {
            try {
              Path target = path == null ? sockets.unusedPath() : path;
              SocketListener listener =
                  sockets.share(
                      new SocketConfig(new ListenConfig(target, MODE, null), methods, upstreams));
              Share share = new Share(listener);
              result.complete(share);
              if (ttl != null) {
                share.expireAfter(ttl, expired);
              }
            } catch (GatewayException | RuntimeException e) {
              result.completeExceptionally(e);
            }
          });
    } catch (RejectedExecutionException e) {
      result.completeExceptionally(new GatewayException("the gateway is stopping", e));
    }
    return result;
  }

  private final class Share implements SharedSocket {
    private final SocketListener listener;
    private final AtomicBoolean open = new AtomicBoolean(true);
    private volatile @Nullable Future<?> expiry;

    Share(SocketListener listener) {
      this.listener = listener;
    }

    /** Runs an action after this time, unless the socket has ended before. */
    void expireAfter(Duration ttl, Runnable expired) {
      Future<?> timer = loops.next().schedule(expired, ttl.toMillis(), TimeUnit.MILLISECONDS);
      expiry = timer;
      if (!open.get()) {
        timer.cancel(false);
      }
    }

    @Override
    public SocketAccess access() {
      return listener.access();
    }

    @Override
    public void end() {
      if (open.getAndSet(false)) {
        listener.access().change(SocketRights.NONE);
        Future<?> timer = expiry;
        if (timer != null) {
          timer.cancel(false); // or it would hold the listener until it expires
        }
        try {
          thread.execute(() -> sockets.unshare(listener));
        } catch (RejectedExecutionException e) {
          // The gateway has ended, and all sockets with it.
        }
      }
    }
  }

  @Override
  public void close() {
    thread.shutdown();
  }
}
