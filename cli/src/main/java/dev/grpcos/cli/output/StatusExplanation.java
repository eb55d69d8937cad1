package dev.grpcos.cli.output;

import io.grpc.Status;

/** Describes the cause of a failed call for the caller. */
@FunctionalInterface
public interface StatusExplanation {
  /**
   * Returns the status with a description of its cause, as far as it is known.
   *
   * @param responses how many responses the call received before
   */
  Status explain(Status status, long responses);
}
