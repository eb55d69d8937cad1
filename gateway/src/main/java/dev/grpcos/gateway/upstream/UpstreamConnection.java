package dev.grpcos.gateway.upstream;

import dev.grpcos.gateway.forward.Lane;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * One channel to an upstream, on one event loop.
 *
 * <p>grpc waits longer and longer between attempts to connect, and fails calls meanwhile. Here a
 * call is an attempt of its own: what is back is reached at once. Attempts are dear, though, so
 * that calls which come right after one that failed wait a moment and share the next; and one that
 * took long to fail is not made again before as much time has passed. An attempt that gets no
 * further than TCP is given up too: grpc itself would wait for ever.
 */
final class UpstreamConnection {
  /** The time from an attempt that failed to the next. */
  private static final long SHORTEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(20);

  /** The same where no call asks for one. */
  private static final long PROBE_PAUSE = TimeUnit.SECONDS.toNanos(1);

  private final ManagedChannel channel;
  private final Lane lane;
  private final Duration connectTimeout;
  private final Consumer<ConnectivityState> listener;

  // Written by the channel's callbacks alone, which come one after the other.
  private volatile ConnectivityState state = ConnectivityState.IDLE;
  private volatile long attemptBegan = System.nanoTime();
  private volatile long mayTryAgain = System.nanoTime();

  /**
   * Watches a channel.
   *
   * @param listener is told of each new state, on the event loop or whichever thread changed it
   */
  UpstreamConnection(
      ManagedChannel channel,
      EventLoop loop,
      boolean retries,
      Duration connectTimeout,
      Consumer<ConnectivityState> listener) {
    this.channel = channel;
    this.lane = new Lane(loop, channel, retries);
    this.connectTimeout = connectTimeout;
    this.listener = listener;
    watch(ConnectivityState.IDLE);
  }

  Lane lane() {
    return lane;
  }

  /**
   * For how many nanoseconds a call should wait; 0 where it may begin. It then connects anew where
   * the last attempt failed, or fails for the same reason where that attempt took long.
   */
  long pause() {
    if (state != ConnectivityState.TRANSIENT_FAILURE) {
      return 0;
    }
    long left = mayTryAgain - System.nanoTime();
    if (left <= 0) {
      // Forgets the failed attempt and how long to wait.
      channel.enterIdle();
    }
    return left <= 0 || left > SHORTEST_PAUSE ? 0 : left;
  }

  /** Connects in a while, unless something else does before. */
  void tryLater() {
    long failed = mayTryAgain;
    Future<?> unused =
        lane.loop()
            .schedule(
                () -> {
                  if (state == ConnectivityState.TRANSIENT_FAILURE && mayTryAgain == failed) {
                    channel.enterIdle();
                    connect();
                  }
                },
                Math.max(PROBE_PAUSE, failed - System.nanoTime()),
                TimeUnit.NANOSECONDS);
  }

  boolean inEventLoop() {
    return lane.loop().inEventLoop();
  }

  boolean serves(Lane wanted) {
    return lane.equals(wanted);
  }

  /** Connects, if there is no connection. */
  void connect() {
    ConnectivityState unused = channel.getState(true);
  }

  /** Resolves the target's name again, if it has been resolved; the connection stays. */
  void resolveAgain() {
    // The only call of ManagedChannel that refreshes its resolver while it is connected.
    channel.resetConnectBackoff();
  }

  /** Ends once its calls have. */
  void shutdown() {
    channel.shutdown();
  }

  void shutdownNow() {
    channel.shutdownNow();
  }

  boolean ended() {
    return channel.isTerminated();
  }

  /** Waits until it has ended; false if the time is over before. */
  boolean await(Duration time) throws InterruptedException {
    return channel.awaitTermination(time.toNanos(), TimeUnit.NANOSECONDS);
  }

  private void watch(ConnectivityState from) {
    channel.notifyWhenStateChanged(from, () -> changed(channel.getState(false)));
  }

  private void changed(ConnectivityState now) {
    state = now;
    long time = System.nanoTime();
    if (now == ConnectivityState.CONNECTING) {
      attemptBegan = time;
      Future<?> unused =
          lane.loop().schedule(() -> giveUp(time), connectTimeout.toNanos(), TimeUnit.NANOSECONDS);
    } else if (now == ConnectivityState.TRANSIENT_FAILURE) {
      mayTryAgain = time + Math.max(SHORTEST_PAUSE, time - attemptBegan);
    }
    listener.accept(now);
    if (now != ConnectivityState.SHUTDOWN) {
      watch(now);
    }
  }

  /** Ends an attempt that is not over, so that the next call begins another. */
  private void giveUp(long began) {
    if (state == ConnectivityState.CONNECTING && attemptBegan == began) {
      listener.accept(ConnectivityState.TRANSIENT_FAILURE);
      channel.enterIdle();
    }
  }
}
