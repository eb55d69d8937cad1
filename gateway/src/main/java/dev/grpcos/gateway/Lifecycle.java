package dev.grpcos.gateway;

import dev.grpcos.gateway.call.OpenCalls;
import dev.grpcos.gateway.call.Refusal;
import dev.grpcos.gateway.failure.Termination;
import dev.grpcos.gateway.listener.SocketUse;
import dev.grpcos.gateway.local.LocalServices;
import dev.grpcos.gateway.systemd.ServiceManager;
import dev.grpcos.gateway.text.DurationText;
import io.netty.channel.EventLoopGroup;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Watches a gateway's sockets and ends the gateway. Runs on a separate thread, which keeps the
 * process alive.
 *
 * <p>The path's lock is released as soon as the gateway stops listening, before calls in flight
 * have ended, so a successor can start during the drain.
 */
final class Lifecycle {
  private static final System.Logger LOG = System.getLogger("dev.grpcos.gateway");

  /** The maximum time for cancelled calls to end. */
  private static final Duration GRACE = Duration.ofSeconds(2);

  /** The time for clients that found a socket just before an idle gateway removed its file. */
  private static final Duration LINGER = Duration.ofMillis(250);

  /** The number of looks at the use of the sockets in the idle time. */
  private static final int LOOKS = 10;

  private final LiveConfig config;
  private final Sockets sockets;
  private final HttpEndpoint network;
  private final LocalServices local;
  private final ServiceManager manager;
  private final OpenCalls calls;
  private final InProcess inProcess;
  private final EventLoopGroup loops;
  private final List<AutoCloseable> others = new ArrayList<>();
  private final CountDownLatch asked = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile boolean draining;
  private volatile Termination termination = new Termination(true, "the lifecycle thread failed");

  /**
   * The end of the watch.
   *
   * @param drain how long calls in flight may continue
   */
  private record WatchEnd(Termination termination, Duration drain) {}

  Lifecycle(
      LiveConfig config,
      Sockets sockets,
      HttpEndpoint network,
      LocalServices local,
      ServiceManager manager,
      OpenCalls calls,
      InProcess inProcess,
      EventLoopGroup loops) {
    this.config = config;
    this.sockets = sockets;
    this.network = network;
    this.local = local;
    this.manager = manager;
    this.calls = calls;
    this.inProcess = inProcess;
    this.loops = loops;
  }

  /**
   * Adds a resource that is closed after the last call, in this order; called before {@link #begin}
   * only.
   */
  void closeWith(AutoCloseable other) {
    others.add(other);
  }

  void begin() {
    manager.ready("serving");
    manager.watch(loops);
    new Thread(this::run, "grpcos-lifecycle").start();
  }

  void shutdown() {
    asked.countDown();
  }

  boolean draining() {
    return draining;
  }

  Termination await() throws InterruptedException {
    ended.await();
    return termination;
  }

  boolean await(Duration time) throws InterruptedException {
    return ended.await(time.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Releases the resources of a failed start. */
  void abandon() {
    stopAccepting();
    closeNow();
  }

  private void run() {
    try {
      WatchEnd end = watch();
      Termination reason = end.termination();
      termination = reason;
      draining = true;
      manager.stopping();
      LOG.log(reason.failed() ? Level.ERROR : Level.INFO, "draining: {0}", reason.reason());
      stopAccepting();
      awaitCalls(end.drain());
    } catch (InterruptedException e) {
      // Only this class has the thread, so an interrupt requests an immediate end.
      Thread.currentThread().interrupt();
    } finally {
      closeNow();
      ended.countDown();
      LOG.log(Level.INFO, "ended");
    }
  }

  private WatchEnd watch() throws InterruptedException {
    IdleClock clock = new IdleClock(System.nanoTime());
    while (!asked.await(pause().toNanos(), TimeUnit.NANOSECONDS)) {
      if (!sockets.isIntact()) {
        return new WatchEnd(
            new Termination(
                true, "socket " + sockets.path() + " was removed or replaced by another process"),
            config.current().drain());
      }
      SocketUse use = use();
      Duration most = config.current().idle();
      Duration idle = clock.look(use, System.nanoTime());
      if (most != null && idle.compareTo(most) >= 0 && leaves(use)) {
        // No one asked the gateway to end, so calls of clients that just connected get more time.
        Duration drain = config.current().drain();
        return new WatchEnd(
            new Termination(false, "no connection for " + DurationText.of(most)),
            most.compareTo(drain) < 0 ? drain : most);
      }
    }
    return new WatchEnd(new Termination(false, "stop requested"), config.current().drain());
  }

  private SocketUse use() {
    return sockets.use().plus(network.use());
  }

  private Duration pause() {
    Duration watch = config.current().watch();
    Duration idle = config.current().idle();
    Duration look = idle == null ? watch : idle.dividedBy(LOOKS);
    Duration pause = look.compareTo(watch) < 0 ? look : watch;
    return pause.toMillis() < 1 ? Duration.ofMillis(1) : pause;
  }

  /**
   * Removes the files of an idle gateway's sockets, unless a client has just connected, be it only
   * to ask for the status. A client that asks for the status later learns that the gateway drains.
   *
   * <p>A client that has found a socket has {@link #LINGER} to connect and to start a call, which
   * is served. After that time, connections that are not accepted yet are reset, and connections
   * without a call are closed. Their clients have to start the gateway again.
   */
  private boolean leaves(SocketUse idle) throws InterruptedException {
    draining = true;
    if (!use().equals(idle)) {
      draining = false;
      return false;
    }
    sockets.unpublish();
    TimeUnit.NANOSECONDS.sleep(LINGER.toNanos());
    return true;
  }

  private void stopAccepting() {
    local.notServing();
    sockets.stopAccepting();
    network.stopAccepting();
  }

  /** Waits for calls; an active connection of a companion may still start further calls. */
  private void awaitCalls(Duration drain) throws InterruptedException {
    long end = System.nanoTime() + drain.toNanos();
    sockets.awaitCalls(end);
    network.awaitCalls(end);
    sockets.awaitCompanions(end);
    inProcess.close();
    inProcess.awaitIdle(until(end));
  }

  private void closeNow() {
    // First, because the servers would reset the streams of calls without a status.
    calls.end(Refusal.STOPPING, GRACE);
    sockets.endCalls();
    network.endCalls();
    long end = System.nanoTime() + GRACE.toNanos();
    try {
      inProcess.cancel();
      sockets.awaitCalls(end);
      network.awaitCalls(end);
      inProcess.awaitIdle(until(end));
      // A command whose call was cancelled still reports that to its caller.
      sockets.awaitCompanions(end);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    sockets.closeCompanions();
    inProcess.end();
    others.forEach(Lifecycle::close);
    loops.shutdownGracefully(0, GRACE.toNanos(), TimeUnit.NANOSECONDS).awaitUninterruptibly();
  }

  private static Duration until(long end) {
    return Duration.ofNanos(Math.max(0, end - System.nanoTime()));
  }

  private static void close(AutoCloseable other) {
    try {
      other.close();
    } catch (Exception e) {
      LOG.log(Level.WARNING, "a resource cannot be closed", e);
    }
  }
}
