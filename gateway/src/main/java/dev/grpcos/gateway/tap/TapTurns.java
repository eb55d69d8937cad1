package dev.grpcos.gateway.tap;

import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * The work of the thread that reports, in turns: passes steps from the queue to the taps, and from
 * them to their receivers. Confined to that thread.
 */
final class TapTurns {
  /**
   * The maximum number of responses that are sent at a time, as event loops write calls between
   * them.
   */
  private static final int MOST_RESPONSES = 4;

  /**
   * The least time between two looks for steps, so that calls need not wake the thread. It also
   * rests for as long as it has worked, so that most of the processors' time is for calls. Twice as
   * long each time that nothing has moved, up to the longest pause.
   */
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

  private static final long LONGEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(8);

  /** The longest pause while all taps are full, when no step can come. */
  private static final long LONGEST_FULL_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(64);

  private final TapQueue queue;
  private final LongSupplier memory;
  private final SharedSteps shared;
  private long pause = PAUSE_NANOS;

  /** The number of turns, which decides the tap that begins. */
  private int turn;

  /**
   * @param memory returns the bytes for the steps of all taps
   */
  TapTurns(TapQueue queue, LongSupplier memory, SharedSteps shared) {
    this.queue = queue;
    this.memory = memory;
    this.shared = shared;
  }

  /** Makes one turn for these taps, of which there is at least one. */
  void next(TapSelection now) {
    List<Tap> all = now.taps();
    List<Tap> ending = all.stream().filter(Tap::isFinishing).toList();
    long most = memory.getAsLong() / 4 * 3 / all.size();
    int steps = queue.size();
    for (int i = 0; i < steps; i++) {
      TapStep step = queue.poll();
      if (step != null) {
        distribute(new PendingStep(step), all, most);
      }
    }
    ending.forEach(Tap::setLast);
    reopen(all, most);
    int sent = send(all);
    shared.limit(memory.getAsLong() / 4);
    long longest = open(now, most) ? LONGEST_PAUSE_NANOS : LONGEST_FULL_PAUSE_NANOS;
    pause = steps + sent > 0 ? PAUSE_NANOS : Math.min(2 * pause, longest);
  }

  /** Returns the least time until the next turn. */
  long pauseNanos() {
    return pause;
  }

  private static void distribute(PendingStep step, List<Tap> taps, long most) {
    TappedCall call = step.step().call();
    if (step.step() instanceof TapStep.Began) {
      for (Tap tap : taps) {
        if (call.takers().contains(tap.group())) {
          tap.begin(step, most);
        }
      }
    } else {
      for (TappedCall.Follower follower : call.followers()) {
        follower.tap.follow(step, follower, most);
      }
    }
    if (call.followers().stream().allMatch(follower -> follower.lost)) {
      call.drop();
    }
  }

  /**
   * Lets calls be added for the taps that have room. A tap may have come while the previous turn
   * closed its group and the queue for others, and must not be announced before its calls count.
   */
  private void reopen(List<Tap> all, long most) {
    for (Tap tap : all) {
      if (tap.hasRoom(most)) {
        tap.group().open(true);
        queue.open(true);
      }
    }
  }

  /**
   * Sends what the receivers can take, beginning with another tap each time. Returns the number of
   * responses.
   */
  private int send(List<Tap> all) {
    int left = MOST_RESPONSES;
    turn = (turn + 1) & Integer.MAX_VALUE;
    for (int i = 0; i < all.size(); i++) {
      left -= all.get((turn % all.size() + i) % all.size()).send(shared, left);
    }
    return MOST_RESPONSES - left;
  }

  /** Lets calls be added for the taps that have room; returns whether there is one. */
  private boolean open(TapSelection now, long most) {
    Set<TapGroup> open =
        now.taps().stream()
            .filter(tap -> tap.hasRoom(most))
            .map(Tap::group)
            .collect(Collectors.toSet());
    now.groups().forEach(group -> group.open(open.contains(group)));
    queue.open(!open.isEmpty());
    return !open.isEmpty();
  }
}
