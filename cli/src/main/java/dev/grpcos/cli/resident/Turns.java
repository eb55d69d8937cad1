package dev.grpcos.cli.resident;

import dev.grpcos.cli.connection.Cancellation;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A limited number of turns, which commands wait for in the order of their arrival. */
final class Turns {
  private final Deque<CompletableFuture<Boolean>> waiting = new ArrayDeque<>();
  private int free;

  Turns(int free) {
    this.free = free;
  }

  /**
   * Waits for a turn; not called on an event loop.
   *
   * @return false if there was none in this time, or the caller is gone
   */
  boolean await(Duration timeout, Cancellation caller) {
    CompletableFuture<Boolean> turn = new CompletableFuture<>();
    synchronized (this) {
      if (free > 0) {
        free--;
        return true;
      }
      waiting.add(turn);
    }
    Cancellation.Registration registration = caller.onCancel(() -> turn.complete(false));
    try {
      return turn.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | InterruptedException | ExecutionException e) {
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      // The turn may have come at the last moment.
      return !turn.complete(false) && turn.join();
    } finally {
      registration.close();
      synchronized (this) {
        waiting.removeIf(CompletableFuture::isDone);
      }
    }
  }

  /** Ends a turn; the command that has waited longest gets the next one. */
  synchronized void end() {
    for (CompletableFuture<Boolean> next = waiting.poll(); next != null; next = waiting.poll()) {
      if (next.complete(true)) {
        return;
      }
    }
    free++;
  }
}
