package dev.grpcos.gateway.exec;

import io.grpc.Status;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The calls in flight, to wait for them and to end them. Safe for use by any thread. */
final class OngoingCalls {
  /** A call in flight. */
  interface Ongoing {
    /** Ends the call with this status, and its program. */
    void abort(Status status);
  }

  private final Set<Ongoing> calls = new HashSet<>();
  private boolean closed;
  private @Nullable Runnable whenNone;

  /** Adds a call; returns false if no more are accepted. */
  synchronized boolean add(Ongoing call) {
    return !closed && calls.add(call);
  }

  /** Removes a call after it and its program have ended. */
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

  /** Accepts no more calls. Runs {@code ended} after the last call, or now if there is none. */
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
