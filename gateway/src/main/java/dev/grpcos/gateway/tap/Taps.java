package dev.grpcos.gateway.tap;

import dev.grpcos.gateway.call.Refusal;
import dev.grpcos.gateway.policy.SocketCaller;
import dev.grpcos.gateway.route.RouteTable;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.grpc.StatusException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The taps of a gateway. Without a tap, a call reads one variable; there is a thread only while
 * there is a tap. Safe for use by any thread.
 *
 * <p>The steps of calls take at most an eighth of the memory for messages: half of it in the queue,
 * and half for the taps. Of the latter, a quarter is for conversions that are larger than their
 * steps, and the taps share the rest equally.
 */
public final class Taps implements AutoCloseable {
  /** The maximum number of bytes of a message that a tap reports. */
  public static final int MOST_MESSAGE = 4 << 20;

  private static final int DEFAULT_MESSAGE = 64 << 10;
  private static final int MOST_TAPS = 128;
  private static final int PART_OF_MEMORY = 8;

  private final LongSupplier memory;
  private final Supplier<RouteTable> routes;
  private final ThreadFactory threads;
  private final TapQueue queue;
  private final AtomicLong calls = new AtomicLong();

  /** The taps now; null if there is none. Changed under the lock of this object. */
  private volatile @Nullable TapSelection selection;

  /** The thread that reports; null if there is none. */
  private volatile @Nullable Thread thread;

  private long taps;

  private boolean closed;

  /** An open tap. */
  public interface Handle {
    long number();

    /** Ends the tap, because its receiver is gone. */
    void abandon();
  }

  /**
   * Creates an object without taps.
   *
   * @param memory returns the bytes for all messages in flight
   * @param routes returns the current routes
   */
  public Taps(LongSupplier memory, Supplier<RouteTable> routes) {
    this(memory, routes, Taps::thread);
  }

  /**
   * @param threads makes the thread that reports
   */
  Taps(LongSupplier memory, Supplier<RouteTable> routes, ThreadFactory threads) {
    this.memory = memory;
    this.routes = routes;
    this.threads = threads;
    queue = new TapQueue(this::half);
  }

  private static Thread thread(Runnable task) {
    Thread thread = new Thread(task, "grpcos-tap");
    thread.setDaemon(true);
    return thread;
  }

  private long half() {
    return memory.getAsLong() / PART_OF_MEMORY / 2;
  }

  /**
   * Opens a tap.
   *
   * @param methods patterns of methods, as {@link TapFilter#patterns} reads them
   * @param uids the users; empty for all, as are the following
   * @param sockets the paths or names of sockets
   * @param upstreams the names of upstreams
   * @param messageBytes the size above which the content of a message is not reported; 0 for the
   *     default
   * @throws StatusException if there are too many
   */
  public synchronized Handle open(
      List<String> methods,
      Set<Integer> uids,
      Set<String> sockets,
      Set<String> upstreams,
      int messageBytes,
      TapSink sink)
      throws StatusException {
    TapSelection before = selection;
    List<Tap> all = new ArrayList<>(before == null ? List.of() : before.taps());
    if (closed || all.size() >= MOST_TAPS) {
      throw Status.RESOURCE_EXHAUSTED
          .withDescription("the gateway has %d taps, the most; end one".formatted(all.size()))
          .asException();
    }
    TapFilter filter = TapFilter.of(methods, uids, sockets, upstreams);
    int most = messageBytes == 0 ? DEFAULT_MESSAGE : Math.min(messageBytes, MOST_MESSAGE);
    TapGroup group =
        all.stream()
            .map(Tap::group)
            .filter(each -> each.isFor(filter, most))
            .findFirst()
            .orElseGet(() -> new TapGroup(filter, most));
    Tap tap = new Tap(++taps, group, unmatched(methods), sink);
    group.open(true);
    all.add(tap);
    selection = new TapSelection(all);
    if (before == null) {
      startThread();
    } else {
      queue.open(true);
      LockSupport.unpark(thread);
    }
    return new Handle() {
      @Override
      public long number() {
        return tap.number();
      }

      @Override
      public void abandon() {
        tap.abandon();
      }
    };
  }

  private void startThread() throws StatusException {
    queue.use(true);
    Thread reporting = threads.newThread(this::run);
    thread = reporting;
    try {
      reporting.start();
    } catch (OutOfMemoryError e) {
      removeAll();
      throw Status.RESOURCE_EXHAUSTED
          .withDescription("no thread is free for a tap; try again later")
          .withCause(e)
          .asException();
    }
  }

  private List<String> unmatched(List<String> patterns) {
    List<String> known = patterns.isEmpty() ? List.of() : routes.get().descriptors().methods();
    return patterns.stream()
        .filter(
            text ->
                TapFilter.patterns(text).stream()
                    .noneMatch(each -> known.stream().anyMatch(each::matches)))
        .toList();
  }

  /**
   * Ends the tap with this number after it has reported what has passed; returns false if there is
   * none.
   */
  public boolean finish(long number) {
    TapSelection now = selection;
    for (Tap tap : now == null ? List.<Tap>of() : now.taps()) {
      if (tap.number() == number) {
        tap.finish(Status.OK);
        LockSupport.unpark(thread);
        return true;
      }
    }
    return false;
  }

  private void finishAll(Status status) {
    TapSelection now = selection;
    if (now != null) {
      now.taps().forEach(tap -> tap.finish(status));
      LockSupport.unpark(thread);
    }
  }

  /**
   * Returns the groups of taps that take a call. A group that selects the call and has no room
   * counts it as missed. Must run in the call's context.
   *
   * @param origins returns the origin of a method
   */
  List<TapGroup> takers(ServerCall<?, ?> call, Function<String, @Nullable String> origins) {
    TapSelection now = selection;
    if (now == null) {
      return List.of();
    }
    String method = call.getMethodDescriptor().getFullMethodName();
    List<TapGroup> takers = List.of();
    boolean room = queue.hasRoom(0);
    SocketCaller caller = null;
    String origin = null;
    for (TapGroup group : now.groups(method)) {
      if (!group.filter().isForAllCallers()) {
        if (caller == null) {
          caller = SocketCaller.of(call);
          origin = origins.apply(method);
        }
        if (!group.filter().matches(caller, origin)) {
          continue;
        }
      }
      if (!room || !group.isOpen()) {
        group.miss();
      } else {
        takers = takers.isEmpty() ? new ArrayList<>(1) : takers;
        takers.add(group);
      }
    }
    return takers;
  }

  TapQueue queue() {
    return queue;
  }

  long nextCall() {
    return calls.incrementAndGet();
  }

  private void run() {
    boolean done = false;
    try {
      report();
      done = true;
    } finally {
      if (!done) {
        abort();
      }
    }
  }

  /** Passes steps to the taps, and from them to their receivers, until no tap is left. */
  private void report() {
    TapTurns turns = new TapTurns(queue, this::half, new SharedSteps(new TapWriter(routes)));
    while (true) {
      long start = System.nanoTime();
      TapSelection now = current();
      turns.next(now);
      if (now.taps().stream().anyMatch(Tap::isOver) && removeEnded()) {
        return;
      }
      LockSupport.parkNanos(Math.max(turns.pauseNanos(), System.nanoTime() - start));
    }
  }

  private TapSelection current() {
    TapSelection now = selection;
    if (now == null) {
      throw new IllegalStateException("there is no tap");
    }
    return now;
  }

  /** Removes the taps that have ended; returns whether none is left. */
  private synchronized boolean removeEnded() {
    List<Tap> left = new ArrayList<>();
    for (Tap tap : current().taps()) {
      if (tap.isOver()) {
        tap.clear();
      } else {
        left.add(tap);
      }
    }
    if (left.isEmpty()) {
      removeAll();
      return true;
    }
    selection = new TapSelection(left);
    return false;
  }

  private synchronized void removeAll() {
    selection = null;
    thread = null;
    queue.use(false);
  }

  /** Ends all taps after a fault of this class. */
  private synchronized void abort() {
    List<Tap> all = current().taps();
    removeAll();
    for (Tap tap : all) {
      tap.end(Status.INTERNAL.withDescription("the tap has failed"));
      tap.clear();
    }
  }

  /** Ends all taps. */
  @Override
  public synchronized void close() {
    closed = true;
    finishAll(Refusal.STOPPING);
  }
}
