package dev.grpcos.gateway.replay;

import dev.grpcos.gateway.call.Refusal;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.SynchronizationContext;
import io.netty.channel.EventLoopGroup;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One call that is answered from a recording.
 *
 * <p>The requests of most calls are compared when all have come. A call with streams in both
 * directions gets each response as soon as the requests before it have come. State is confined to a
 * synchronization context, because callbacks and timers come from different threads.
 */
final class ReplayedCall extends ServerCall.Listener<byte[]> {
  private final ReplayedMethod method;
  private final ReplayScript script;
  private final boolean latency;
  private final ServerCall<byte[], byte[]> call;
  private final EventLoopGroup loops;
  private final SynchronizationContext sync =
      new SynchronizationContext(
          (thread, cause) -> {
            throw new IllegalStateException("a replayed call", cause);
          });

  private final List<RequestJson> requests = new ArrayList<>();

  /** The recorded calls that begin like this one; only for streams in both directions. */
  private final List<ReplayEntry> candidates;

  private @Nullable ReplayEntry answer;
  private boolean halfClosed;
  private boolean headersSent;
  private boolean over;
  private int sent;
  private boolean waiting;

  /** The time of the last step. */
  private long last = System.nanoTime();

  /**
   * Creates a call.
   *
   * @param latency whether answers take as long as they did
   * @param loops run the timers
   */
  ReplayedCall(
      ReplayedMethod method,
      ReplayScript script,
      boolean latency,
      ServerCall<byte[], byte[]> call,
      EventLoopGroup loops) {
    this.method = method;
    this.script = script;
    this.latency = latency;
    this.call = call;
    this.loops = loops;
    this.candidates =
        new ArrayList<>(
            method.isBidirectional() ? script.candidates(method.fullName()) : List.of());
  }

  ServerCall.Listener<byte[]> begin() {
    call.request(1);
    sync.execute(this::proceed);
    return this;
  }

  @Override
  public void onMessage(byte[] encoded) {
    sync.execute(() -> receive(encoded));
  }

  @Override
  public void onHalfClose() {
    sync.execute(this::complete);
  }

  @Override
  public void onCancel() {
    sync.execute(() -> over = true);
  }

  @Override
  public void onReady() {
    sync.execute(this::proceed);
  }

  private void receive(byte[] encoded) {
    if (over || halfClosed || answer != null) {
      return;
    }
    try {
      requests.add(method.receivedRequest(encoded));
    } catch (StatusException e) {
      fail(e.getStatus());
      return;
    }
    last = System.nanoTime();
    if (method.isBidirectional()) {
      int index = requests.size() - 1;
      String text = requests.get(index).text();
      candidates.removeIf(
          each ->
              each.requests().size() <= index || !each.requests().get(index).text().equals(text));
      proceed();
    } else if (requests.size() > script.mostRequests(method.fullName())) {
      complete(); // further requests would change nothing
    }
    if (!over && !halfClosed && answer == null) {
      call.request(1);
    }
  }

  private void complete() {
    if (over || halfClosed) {
      return;
    }
    halfClosed = true;
    last = System.nanoTime();
    if (method.isBidirectional()) {
      candidates.removeIf(each -> each.requests().size() != requests.size());
    } else {
      answer = script.take(method.fullName(), requests);
      if (answer == null) {
        failUnmatched();
        return;
      }
    }
    proceed();
  }

  /** Sends the parts of the answer that are due and that the caller is ready for. */
  private void proceed() {
    if (over || waiting || (answer == null && !method.isBidirectional())) {
      return;
    }
    while (!over && !waiting) {
      ReplayEntry now = answer == null ? choose() : answer;
      if (now == null) {
        failUnmatched();
        return;
      }
      if (sent == now.responses().size()) {
        if (answer != null) {
          delay(now, () -> close(now));
        }
        return;
      }
      boolean due =
          answer != null
              || (requests.size() >= now.requestsBefore(sent)
                  && (halfClosed || !now.isAfterHalfClose(sent)));
      if (!due || !call.isReady()) {
        return;
      }
      delay(now, () -> send(now));
    }
  }

  /**
   * Returns the recorded call that this one seems to be, or null if there is none. It is the answer
   * when it has no further requests: those that the caller sends until the end do not count, as the
   * server did not wait for them.
   */
  private @Nullable ReplayEntry choose() {
    if (candidates.isEmpty()) {
      return null;
    }
    ReplayEntry preferred = script.preferred(candidates);
    if (halfClosed
        || (preferred.endsBeforeHalfClose() && requests.size() == preferred.requests().size())) {
      answer = preferred;
      script.use(preferred);
    }
    return preferred;
  }

  /** Runs an action after the recorded time, or at once without latency. */
  private void delay(ReplayEntry now, Runnable action) {
    long rest = latency ? last + now.delayOf(sent) - System.nanoTime() : 0;
    if (rest <= 0) {
      action.run();
      return;
    }
    waiting = true;
    var unused =
        loops
            .next()
            .schedule(
                () ->
                    sync.execute(
                        () -> {
                          waiting = false;
                          if (!over) {
                            action.run();
                            proceed();
                          }
                        }),
                rest,
                TimeUnit.NANOSECONDS);
  }

  private void send(ReplayEntry now) {
    sendHeaders(now);
    call.sendMessage(now.responses().get(sent));
    sent++;
    last = System.nanoTime();
    candidates.removeIf(each -> !each.beginsLike(now, sent));
  }

  private void sendHeaders(ReplayEntry now) {
    if (!headersSent) {
      headersSent = true;
      call.sendHeaders(copy(now.headers()));
    }
  }

  private void close(ReplayEntry now) {
    over = true;
    if (!now.headers().keys().isEmpty()) {
      sendHeaders(now);
    }
    call.close(now.status(), copy(now.trailers()));
  }

  private static Metadata copy(Metadata metadata) {
    Metadata copy = new Metadata();
    copy.merge(metadata);
    return copy;
  }

  private void failUnmatched() {
    fail(Status.NOT_FOUND.withDescription(script.absence(method.fullName(), requests)));
  }

  private void fail(Status status) {
    over = true;
    Refusal.close(call, status);
  }
}
