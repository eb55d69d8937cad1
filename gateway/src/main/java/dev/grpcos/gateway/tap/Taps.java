package dev.grpcos.gateway.tap;

import dev.grpcos.gateway.call.Refusal;
import dev.grpcos.gateway.route.RouteTable;
import io.grpc.Status;
import io.grpc.StatusException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The taps of a gateway. Without a tap, a call reads one variable; there is a thread only while
 * there is a tap. Safe for use by any thread.
 *
 * <p>The steps of calls take at most an eighth of the memory for messages: half of it in the queue,
 * and half for the taps, which share it equally.
 */
public final class Taps implements AutoCloseable {
  /** The most bytes of a message that a tap reports. */
  public static final int MOST_MESSAGE = 4 << 20;

  private static final int DEFAULT_MESSAGE = 64 << 10;
  private static final int MOST_TAPS = 128;
  private static final int PART_OF_MEMORY = 8;

  /** The most responses that are sent at a time, as event loops write calls between them. */
  private static final int TURN_RESPONSES = 4;

  /**
   * The least time between two looks for steps, so that calls need not wake the thread. It also
   * rests for as long as it has worked, so that most of the processors' time is for calls.
   */
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

  private final LongSupplier memory;
  private final Supplier<RouteTable> routes;
  private final TapQueue queue;
  private final LongAdder missed = new LongAdder();
  private final AtomicLong calls = new AtomicLong();

  /** The taps now; null if there is none. Changed under the lock of this object. */
  private volatile @Nullable Selection selection;

  private long taps;

  /** The number of times that steps were sent; used by the thread. */
  private int turn;

  private boolean closed;

  /** The taps, and the methods that are known to be wanted by some of them, or not. */
  private record Selection(List<Tap> taps, int messageBytes, Map<String, Boolean> wanted) {
    private static final int MOST_KNOWN = 4096;

    static Selection of(List<Tap> taps) {
      return new Selection(
          List.copyOf(taps),
          taps.stream().mapToInt(Tap::messageBytes).max().orElse(0),
          new ConcurrentHashMap<>());
    }

    boolean wants(String method) {
      Boolean known = wanted.get(method);
      if (known == null) {
        known = taps.stream().anyMatch(tap -> tap.matches(method));
        if (wanted.size() < MOST_KNOWN) {
          wanted.put(method, known);
        }
      }
      return known;
    }
  }

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
    this.memory = memory;
    this.routes = routes;
    queue = new TapQueue(this::half);
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
    Selection before = selection;
    List<Tap> all = new ArrayList<>(before == null ? List.of() : before.taps);
    if (closed || all.size() >= MOST_TAPS) {
      throw Status.RESOURCE_EXHAUSTED
          .withDescription("the gateway has %d taps, the most; end one".formatted(all.size()))
          .asException();
    }
    TapFilter filter = TapFilter.of(methods, uids, sockets, upstreams);
    Tap tap =
        new Tap(
            ++taps,
            filter,
            messageBytes == 0 ? DEFAULT_MESSAGE : Math.min(messageBytes, MOST_MESSAGE),
            unmatched(methods),
            sink,
            missed::sum);
    all.add(tap);
    selection = Selection.of(all);
    if (before == null) {
      queue.use(true);
      Thread thread = new Thread(this::run, "grpcos-tap");
      thread.setDaemon(true);
      thread.start();
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
    Selection now = selection;
    for (Tap tap : now == null ? List.<Tap>of() : now.taps) {
      if (tap.number() == number) {
        tap.finish(Status.OK);
        return true;
      }
    }
    return false;
  }

  private void finishAll(Status status) {
    Selection now = selection;
    if (now != null) {
      now.taps.forEach(tap -> tap.finish(status));
    }
  }

  /**
   * Returns the size above which the content of a message of this method's calls is not kept; -1 if
   * no tap wants its calls.
   */
  int wants(String method) {
    Selection now = selection;
    return now != null && now.wants(method) ? now.messageBytes : -1;
  }

  TapQueue queue() {
    return queue;
  }

  long nextCall() {
    return calls.incrementAndGet();
  }

  /** Counts a call that no tap reports because there was no room. */
  void miss() {
    missed.increment();
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
    TapWriter writer = new TapWriter(routes);
    while (true) {
      long start = System.nanoTime();
      List<Tap> now = current();
      List<Tap> ending = now.stream().filter(Tap::isFinishing).toList();
      long most = half() / now.size();
      int steps = queue.size();
      for (int i = 0; i < steps; i++) {
        TapStep step = queue.poll();
        if (step != null) {
          distribute(new PendingStep(step), now, most);
        }
      }
      ending.forEach(Tap::setLast);
      sendTo(now, writer);
      queue.open(now.stream().anyMatch(tap -> tap.hasRoom(most)));
      if (now.stream().anyMatch(Tap::isOver) && removeEnded()) {
        return;
      }
      LockSupport.parkNanos(Math.max(PAUSE_NANOS, System.nanoTime() - start));
    }
  }

  /** Sends what the receivers can take, beginning with another tap each time. */
  private void sendTo(List<Tap> all, TapWriter writer) {
    int left = TURN_RESPONSES;
    turn = (turn + 1) & Integer.MAX_VALUE;
    for (int i = 0; i < all.size(); i++) {
      left -= all.get((turn % all.size() + i) % all.size()).send(writer, left);
    }
  }

  private List<Tap> current() {
    Selection now = selection;
    if (now == null) {
      throw new IllegalStateException("there is no tap");
    }
    return now.taps;
  }

  private static void distribute(PendingStep step, List<Tap> taps, long most) {
    if (step.step() instanceof TapStep.Began) {
      taps.forEach(tap -> tap.begin(step, most));
    } else {
      for (TappedCall.Follower follower : step.step().call().followers()) {
        follower.tap.follow(step, follower, most);
      }
    }
  }

  /** Removes the taps that have ended; returns whether none is left. */
  private synchronized boolean removeEnded() {
    List<Tap> left = current().stream().filter(tap -> !tap.isOver()).toList();
    if (left.isEmpty()) {
      selection = null;
      queue.use(false);
      return true;
    }
    selection = Selection.of(left);
    return false;
  }

  /** Ends all taps after a fault of this class. */
  private synchronized void abort() {
    List<Tap> all = current();
    selection = null;
    queue.use(false);
    all.forEach(tap -> tap.end(Status.INTERNAL.withDescription("the tap has failed")));
  }

  /** Ends all taps. */
  @Override
  public synchronized void close() {
    closed = true;
    finishAll(Refusal.STOPPING);
  }
}
