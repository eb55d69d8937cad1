package dev.grpcos.gateway.exec;

import dev.grpcos.gateway.peer.PeerIdentity;
import io.grpc.StatusException;
import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The processes of one persistent program, which serves a method or several. They are started on
 * demand, up to a limit, and reused.
 *
 * <p>Each process serves one call at a time; further calls wait. A process that is late or ending
 * does not count, so that another can replace it at once. Confined to one event loop, that of the
 * first call, except for {@link #loop} and {@link #close}.
 */
final class ProgramPool implements AutoCloseable {
  private static final PeerIdentity GATEWAY = PeerIdentity.own();

  private final MethodProgram launched;
  private final MethodText text;
  private final int size;
  private final ExecRuntime runtime;
  private final AtomicReference<@Nullable EventLoop> loop = new AtomicReference<>();
  private final AtomicLong ids = new AtomicLong();

  private final Set<PersistentProgram> counted = new HashSet<>();
  private final Deque<PersistentProgram> idle = new ArrayDeque<>();
  private final Set<PersistentCall> waiting = new LinkedHashSet<>();
  private volatile boolean closed;

  /** The sizes of the collections, for other threads. */
  private volatile PoolUse use;

  /**
   * Creates a pool without processes.
   *
   * @param text bounds the size of an answer
   */
  ProgramPool(MethodProgram launched, MethodText text, int size, ExecRuntime runtime) {
    this.launched = launched;
    this.text = text;
    this.size = size;
    this.runtime = runtime;
    this.use = new PoolUse(launched.method(), 0, 0, 0, size);
  }

  /** Returns the present use. Safe for any thread. */
  PoolUse use() {
    return use;
  }

  /** Notes the use after a change. */
  private void changed() {
    use = new PoolUse(launched.method(), counted.size(), idle.size(), waiting.size(), size);
  }

  /** Returns the event loop of the pool and its calls. Safe for any thread. */
  EventLoop loop() {
    EventLoop chosen = loop.get();
    if (chosen == null) {
      loop.compareAndSet(null, runtime.loops().get());
      return loop();
    }
    return chosen;
  }

  /** Returns an id for a call, which no other call of the pool has. Safe for any thread. */
  long nextId() {
    return ids.incrementAndGet();
  }

  /** Gives this call to a process, now or later. */
  void submit(PersistentCall call) {
    PersistentProgram free = idle.poll();
    if (free != null) {
      free.serve(call);
    } else if (counted.size() < size) {
      start(call);
    } else {
      waiting.add(call);
    }
    changed();
  }

  private void start(PersistentCall call) {
    PersistentProgram started = new PersistentProgram(this, launched, text, runtime.memory());
    try {
      started.started(
          // Many users may use the process, so it counts as the gateway's own.
          runtime
              .keeper()
              .start(
                  launched.launch(launched.variables().always()), GATEWAY, true, loop(), started));
    } catch (StatusException e) {
      call.failed(e.getStatus());
      return;
    }
    counted.add(started);
    started.serve(call);
  }

  /** Handles a caller that has left: drops a waiting call, or limits the time of its process. */
  void leave(PersistentCall call) {
    if (waiting.remove(call)) {
      changed();
    } else {
      for (PersistentProgram each : List.copyOf(counted)) {
        if (each.current() == call) {
          each.limitTime();
        }
      }
    }
  }

  /** Receives a process that has become idle. */
  void idle(PersistentProgram free) {
    reuse(free);
    changed();
  }

  private void reuse(PersistentProgram free) {
    if (!counted.contains(free)) {
      if (counted.size() >= size) {
        free.retire(); // another process has replaced it
        return;
      }
      counted.add(free);
    }
    PersistentCall next = nextWaiting();
    if (next != null) {
      free.serve(next);
    } else if (closed) {
      free.retire();
    } else {
      idle.push(free);
    }
  }

  /** Removes a process that is late or has ended, and starts others for waiting calls. */
  void remove(PersistentProgram ended) {
    if (counted.remove(ended)) {
      replace(ended);
      changed();
    }
  }

  private void replace(PersistentProgram ended) {
    idle.remove(ended);
    while (counted.size() < size) {
      PersistentCall next = nextWaiting();
      if (next == null) {
        return;
      }
      start(next);
    }
  }

  private @Nullable PersistentCall nextWaiting() {
    for (PersistentCall next : waiting) {
      waiting.remove(next);
      return next;
    }
    return null;
  }

  /**
   * Ends each process when there is no call for it. Waiting calls are still served. Safe for any
   * thread.
   */
  @Override
  public void close() {
    closed = true;
    EventLoop chosen = loop.get();
    if (chosen != null) {
      chosen.execute(() -> List.copyOf(idle).forEach(PersistentProgram::retire));
    }
  }
}
