package dev.grpcos.gateway.exec;

import com.google.protobuf.ByteString;

/** An event in a program's life that {@code grpcos-exec} reports. */
sealed interface Event {
  /** The program has started. */
  record Started(int pid) implements Event {}

  /** The program wrote to standard output. */
  record Output(ByteString bytes) implements Event {}

  /** The program closed standard output and continues to run. */
  record OutputClosed() implements Event {}

  /** The program wrote to standard error. */
  record Errors(ByteString bytes) implements Event {}

  /**
   * The program wrote to descriptor 3. This event precedes any output that the program wrote
   * afterwards.
   */
  record Metadata(ByteString bytes) implements Event {}

  /**
   * The program has ended, and so has every process that it started. This is the last event.
   *
   * @param status the status that {@code wait(2)} returns
   */
  record Exited(int status) implements Event {
    /** Returns whether the program exited with a {@link #code}, instead of by a signal. */
    boolean hasExitCode() {
      return (status & 0x7f) == 0;
    }

    /** Returns the exit code. */
    int code() {
      return status >> 8 & 0xff;
    }

    /** Returns the signal that ended the program. */
    int signal() {
      return status & 0x7f;
    }
  }

  /** The program was not started. This is the last event. */
  record NotStarted(String reason) implements Event {}
}
