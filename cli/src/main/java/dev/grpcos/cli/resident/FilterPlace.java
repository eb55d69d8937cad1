package dev.grpcos.cli.resident;

import dev.grpcos.cli.connection.Cancellation;
import dev.grpcos.cli.failure.OwnProcessRequiredException;
import dev.grpcos.cli.filter.Evaluator;
import dev.grpcos.cli.filter.Evaluators;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The place where one command's jq expression is evaluated.
 *
 * <p>Expressions are programs. Those of the gateway's user and root, on the owner's socket, do not
 * wait. Other callers wait for one of a few places, so that their expressions leave processors and
 * memory to the gateway.
 */
final class FilterPlace {
  /** The longest wait of another caller; after that, the command runs in the caller's process. */
  private static final Duration MAX_WAIT = Duration.ofSeconds(5);

  private final Evaluators evaluators;
  private final @Nullable Turns turns;
  private boolean hasTurn;
  private boolean killed;
  private @Nullable Evaluator taken;

  /**
   * @param turns the turns of other callers; null for the owner
   */
  FilterPlace(Evaluators evaluators, @Nullable Turns turns) {
    this.evaluators = evaluators;
    this.turns = turns;
  }

  /**
   * Reserves the place; when the caller is gone, its expression is ended. Called by the command's
   * thread.
   *
   * @throws OwnProcessRequiredException if there is none for the caller
   */
  Evaluator take(Cancellation caller) {
    if (turns != null && !turns.await(MAX_WAIT, caller)) {
      throw new OwnProcessRequiredException(
          "it evaluates as many --jq expressions of other callers as it may");
    }
    synchronized (this) {
      hasTurn = turns != null;
    }
    Cancellation.Registration unused = caller.onCancel(this::kill);
    // This may start a process. Without the lock, because the event loop calls kill().
    Evaluator evaluator = evaluators.take();
    boolean gone;
    synchronized (this) {
      taken = evaluator;
      gone = killed;
    }
    if (gone) {
      evaluators.kill(evaluator);
    }
    return evaluator;
  }

  /**
   * Ends the expression, or the one whose process is being started, unless the command has ended
   * and another one uses the process.
   */
  private synchronized void kill() {
    killed = true;
    if (taken != null) {
      evaluators.kill(taken);
    }
  }

  /** Ends the reservation, if there is one. */
  void release() {
    Evaluator ended;
    boolean turnEnds;
    synchronized (this) {
      ended = taken;
      taken = null;
      turnEnds = hasTurn;
      hasTurn = false;
    }
    if (ended != null) {
      evaluators.release(ended); // waits while a process is started for another command
    }
    if (turnEnds && turns != null) {
      turns.end();
    }
  }
}
