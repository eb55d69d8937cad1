package dev.grpcos.gateway.tap;

import dev.grpcos.proto.admin.v1.CallStep;
import dev.grpcos.proto.admin.v1.TapResponse;
import io.grpc.Status;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * One receiver of calls, with the steps that it has not received yet.
 *
 * <p>Confined to the thread of the taps, except for the methods that end it.
 */
final class Tap {
  private static final int MOST_STEPS = 8192;

  /** The size of a response above which a further step begins another one. */
  private static final int RESPONSE_BYTES = 16 << 10;

  private final long number;
  private final TapGroup group;
  private final List<String> unmatched;
  private final TapSink sink;
  private final long missedBefore;

  private final Queue<PendingStep> pending = new ArrayDeque<>();
  private long bytes;
  private long lost;
  private boolean announced;
  private boolean last;
  private boolean over;

  /** The status with which the tap ends when it has nothing more to send, or null. */
  private volatile @Nullable Status finishing;

  private volatile boolean abandoned;

  /**
   * Creates a tap.
   *
   * @param unmatched the patterns that match no known method
   */
  Tap(long number, TapGroup group, List<String> unmatched, TapSink sink) {
    this.number = number;
    this.group = group;
    this.unmatched = unmatched;
    this.sink = sink;
    this.missedBefore = group.missed();
  }

  long number() {
    return number;
  }

  /** Returns the group, which selects the calls. Any thread may call this. */
  TapGroup group() {
    return group;
  }

  /** Ends the tap with this status, after the steps that wait now. Any thread may call this. */
  void finish(Status status) {
    finishing = status;
  }

  /** Returns whether {@link #finish} was called. */
  boolean isFinishing() {
    return finishing != null;
  }

  /** Ends the tap because its receiver is gone. Any thread may call this. */
  void abandon() {
    abandoned = true;
  }

  /** Returns whether the tap has ended. */
  boolean isOver() {
    return over || abandoned;
  }

  /** Records that the tap has all steps that it reports. */
  void setLast() {
    last = true;
  }

  /** Returns whether the tap has room for another step, if it may hold this many bytes. */
  boolean hasRoom(long most) {
    return !last && !isOver() && pending.size() < MOST_STEPS && bytes < most;
  }

  /** Adds the beginning of a call that the group takes, if there is room. */
  void begin(PendingStep step, long most) {
    if (last || isOver()) {
      return;
    }
    if (!hasRoom(most)) {
      lost++;
      return;
    }
    step.step().call().followers().add(new TappedCall.Follower(this));
    add(step);
  }

  /** Adds a later step of a call that the tap reports. */
  void follow(PendingStep step, TappedCall.Follower follower, long most) {
    if (last || isOver()) {
      follower.lost = true;
      return;
    }
    if (step.step() instanceof TapStep.Ended ended) {
      if (ended.incomplete() && !follower.lost) {
        lost++;
      }
      add(follower.lost ? new PendingStep(ended.asIncomplete()) : step);
    } else if (!follower.lost && bytes + step.weight() <= most && hasRoom(most)) {
      add(step);
    } else if (!follower.lost) {
      follower.lost = true;
      lost++;
    }
  }

  private void add(PendingStep step) {
    bytes += step.weight();
    pending.add(step);
  }

  /**
   * Sends what the receiver can take.
   *
   * @param most the number of responses that may be sent
   * @return the number of responses that were sent
   */
  int send(SharedSteps shared, int most) {
    if (isOver()) {
      return 0;
    }
    announce();
    int sent = 0;
    while (sent < most && announced && !pending.isEmpty() && sink.isReady()) {
      sink.send(next(shared));
      sent++;
    }
    Status status = finishing;
    if (status != null && !status.isOk() && !sink.isReady()) {
      end(status); // the gateway does not wait for the receiver
    } else if (status != null && last && announced && pending.isEmpty()) {
      if (allLost() > 0) {
        sink.send(TapResponse.newBuilder().setLost(allLost()).build());
      }
      end(status);
    }
    return sent;
  }

  /** Returns a response with the next steps. */
  private TapResponse next(SharedSteps shared) {
    TapResponse.Builder response = TapResponse.newBuilder().setLost(allLost());
    int size = 0;
    while (!pending.isEmpty() && size < RESPONSE_BYTES) {
      PendingStep step = pending.remove();
      bytes -= step.weight();
      CallStep shown = shared.shown(step, group.messageBytes());
      size += shown.getSerializedSize();
      response.addSteps(shown);
    }
    return response.build();
  }

  private void announce() {
    if (announced || !sink.isReady()) {
      return;
    }
    announced = true;
    sink.send(
        TapResponse.newBuilder()
            .setOpened(TapResponse.Opened.newBuilder().setTap(number).addAllUnmatched(unmatched))
            .build());
  }

  /** Removes the steps of a tap that has ended: calls that go on still refer to the tap. */
  void clear() {
    pending.clear();
    bytes = 0;
  }

  private long allLost() {
    return lost + group.missed() - missedBefore;
  }

  /** Ends the tap at once. */
  void end(Status status) {
    if (!isOver()) {
      over = true;
      sink.end(status);
    }
  }
}
