package dev.grpcos.gateway.exec;

import io.grpc.Status;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The calls of services that go on, so that they can be waited for and ended. Safe for any thread.
 */
final class OngoingCalls {
  /** A call that goes on. */
  interface Ongoing {
    /** Ends it with this status, and its program. */
    void abort(Status status);
  }

  private final Set<Ongoing> calls = new HashSet<>();
  private boolean closed;
  private @Nullable Runnable whenNone;

  /** Counts a call; returns false where no more are taken. */
  synchronized boolean add(Ongoing call) {
    return !closed && calls.add(call);
  }

  /** The call has ended, and so has its program. */
  void remove(Ongoing call) {
    Runnable last = null;
    synchronized (this) {
      if (calls.remove(call) && calls.isEmpty()) {
        last = whenNone;
        whenNone = null;
      }
    }
    if (last != null) {
      last.run();
    }
  }

  /**
   * Takes no more calls, and runs this once those in flight have ended; at once if there is none.
   */
  void close(Runnable ended) {
    synchronized (this) {
      closed = true;
      if (!calls.isEmpty()) {
        whenNone = ended;
        return;
      }
    }
    ended.run();
  }

  /** Ends the calls in flight. */
  void abort(Status status) {
    List<Ongoing> all;
    synchronized (this) {
      all = List.copyOf(calls);
    }
    all.forEach(call -> call.abort(status));
  }
}
