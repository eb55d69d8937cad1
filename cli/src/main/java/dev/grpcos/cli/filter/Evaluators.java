package dev.grpcos.cli.filter;

import dev.grpcos.cli.failure.OwnProcessRequiredException;

/** The evaluators of commands that a gateway runs. Safe for use by any thread. */
public interface Evaluators extends AutoCloseable {
  /**
   * Reserves an evaluator for a command.
   *
   * @throws OwnProcessRequiredException if none is free
   */
  Evaluator take();

  /** Cancels the current evaluation, because its client is gone. */
  void kill(Evaluator evaluator);

  /** Ends a reservation. */
  void release(Evaluator evaluator);

  @Override
  void close();

  /** Returns evaluators in this process; any number of commands may use them. */
  static Evaluators local() {
    return new Evaluators() {
      @Override
      public Evaluator take() {
        return Evaluator.local();
      }

      @Override
      public void kill(Evaluator evaluator) {}

      @Override
      public void release(Evaluator evaluator) {}

      @Override
      public void close() {}
    };
  }
}
