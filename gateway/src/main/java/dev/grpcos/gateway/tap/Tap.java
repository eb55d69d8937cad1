package dev.grpcos.gateway.tap;

import dev.grpcos.gateway.policy.SocketCaller;
import dev.grpcos.proto.admin.v1.CallStep;
import dev.grpcos.proto.admin.v1.TapResponse;
import io.grpc.Status;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.function.LongSupplier;
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
  private final TapFilter filter;
  private final int messageBytes;
  private final List<String> unmatched;
  private final TapSink sink;
  private final LongSupplier missed;
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
   * @param messageBytes the size above which the content of a message is not sent
   * @param unmatched the patterns that match no known method
   * @param missed returns the number of calls that no tap could report
   */
  Tap(
      long number,
      TapFilter filter,
      int messageBytes,
      List<String> unmatched,
      TapSink sink,
      LongSupplier missed) {
    this.number = number;
    this.filter = filter;
    this.messageBytes = messageBytes;
    this.unmatched = unmatched;
    this.sink = sink;
    this.missed = missed;
    this.missedBefore = missed.getAsLong();
  }

  long number() {
    return number;
  }

  int messageBytes() {
    return messageBytes;
  }

  /** Returns whether the tap reports some calls of this method. Any thread may call this. */
  boolean matches(String method) {
    return filter.matches(method);
  }

  /** Ends the tap with this status after what the queue has now. Any thread may call this. */
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

  /** Returns whether the tap can take more, of which all its steps take this many bytes at most. */
  boolean hasRoom(long most) {
    return !last && !isOver() && pending.size() < MOST_STEPS && bytes < most;
  }

  /** Adds the beginning of a call that the tap reports, if there is room. */
  void begin(PendingStep step, long most) {
    TappedCall call = step.step().call();
    SocketCaller caller = call.caller();
    if (last
        || isOver()
        || !filter.matches(call.method())
        || !filter.matches(caller, call.origin())) {
      return;
    }
    if (!hasRoom(most)) {
      lost++;
      return;
    }
    call.followers().add(new TappedCall.Follower(this));
    add(step);
  }

  /** Adds a later step of a call that the tap reports. */
  void follow(PendingStep step, TappedCall.Follower follower, long most) {
    if (last || isOver()) {
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
  int send(TapWriter writer, int most) {
    if (isOver()) {
      return 0;
    }
    announce();
    int sent = 0;
    while (sent < most && announced && !pending.isEmpty() && sink.isReady()) {
      sink.send(next(writer));
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
  private TapResponse next(TapWriter writer) {
    TapResponse.Builder response = TapResponse.newBuilder().setLost(allLost());
    int size = 0;
    while (!pending.isEmpty() && size < RESPONSE_BYTES) {
      PendingStep step = pending.remove();
      bytes -= step.weight();
      CallStep shown = step.shown(writer, messageBytes);
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

  private long allLost() {
    return lost + missed.getAsLong() - missedBefore;
  }

  /** Ends the tap at once. */
  void end(Status status) {
    if (!isOver()) {
      over = true;
      sink.end(status);
    }
  }
}
