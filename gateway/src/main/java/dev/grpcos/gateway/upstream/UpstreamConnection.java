package dev.grpcos.gateway.upstream;

import dev.grpcos.gateway.forward.Lane;
import dev.grpcos.gateway.telemetry.UpstreamSpans;
import io.grpc.ClientInterceptors;
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
 * <p>grpc-java waits longer and longer between attempts to connect, and meanwhile fails calls.
 * Here, a call triggers an attempt itself, so that a server that is back is reached at once. To
 * limit attempts, calls shortly after a failed attempt wait and share the next one. After an
 * attempt that took long to fail, the next one waits for the same time. An attempt that does not
 * get further than TCP is ended too; grpc-java itself would wait forever.
 */
final class UpstreamConnection {
  /** The time from a failed attempt to the next. */
  private static final long SHORTEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(20);

  /** The same time, if no call triggers an attempt. */
  private static final long PROBE_PAUSE = TimeUnit.SECONDS.toNanos(1);

  private final ManagedChannel channel;
  private final Lane lane;
  private final Duration connectTimeout;
  private final Consumer<ConnectivityState> listener;

  // Only the callbacks of the channel write it, one after the other.
  private volatile ConnectivityState state = ConnectivityState.IDLE;
  private volatile long attemptBegan = System.nanoTime();
  private volatile long mayTryAgain = System.nanoTime();

  /**
   * Watches a channel.
   *
   * @param spans traces the calls
   * @param listener receives each new state, on the event loop or on the thread that changed it
   */
  UpstreamConnection(
      ManagedChannel channel,
      EventLoop loop,
      boolean retries,
      Duration connectTimeout,
      UpstreamSpans spans,
      Consumer<ConnectivityState> listener) {
    this.channel = channel;
    this.lane = new Lane(loop, ClientInterceptors.intercept(channel, spans), retries);
    this.connectTimeout = connectTimeout;
    this.listener = listener;
    watch(ConnectivityState.IDLE);
  }

  Lane lane() {
    return lane;
  }

  /**
   * Returns the number of nanoseconds for which a call should wait, or 0 if it may begin. A call
   * that begins after a failed attempt triggers the next one. If the failed attempt took long, the
   * call fails for the same reason.
   */
  long pause() {
    if (state != ConnectivityState.TRANSIENT_FAILURE) {
      return 0;
    }
    long left = mayTryAgain - System.nanoTime();
    if (left <= 0) {
      // Resets the failed attempt and grpc-java's waiting time.
      channel.enterIdle();
    }
    return left <= 0 || left > SHORTEST_PAUSE ? 0 : left;
  }

  /** Schedules an attempt to connect, unless another one comes first. */
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

  /** Connects if there is no connection. */
  void connect() {
    ConnectivityState unused = channel.getState(true);
  }

  /** Resolves the target's name again, if it was resolved before. Keeps the connection. */
  void resolveAgain() {
    // No other method of ManagedChannel refreshes the resolver while the channel is connected.
    channel.resetConnectBackoff();
  }

  /** Ends after its calls have ended. */
  void shutdown() {
    channel.shutdown();
  }

  void shutdownNow() {
    channel.shutdownNow();
  }

  boolean ended() {
    return channel.isTerminated();
  }

  /** Waits until it has ended. Returns false after a timeout. */
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

  /** Ends an unfinished attempt, so that the next call begins another. */
  private void giveUp(long began) {
    if (state == ConnectivityState.CONNECTING && attemptBegan == began) {
      listener.accept(ConnectivityState.TRANSIENT_FAILURE);
      channel.enterIdle();
    }
  }
}
