package dev.grpcos.gateway.exec;

import com.google.protobuf.ByteString;

/** An event in a program's life, as {@code grpcos-exec} reports it. */
sealed interface Event {
  /** The program runs. */
  record Started(int pid) implements Event {}

  /** The program wrote to standard output. */
  record Output(ByteString bytes) implements Event {}

  /** The program closed standard output and goes on running. */
  record OutputClosed() implements Event {}

  /** The program wrote to standard error. */
  record Errors(ByteString bytes) implements Event {}

  /** The program wrote to descriptor 3. Precedes any output that it wrote afterwards. */
  record Metadata(ByteString bytes) implements Event {}

  /**
   * The program has ended, and nothing that it started runs any more. The last event.
   *
   * @param status as {@code wait(2)} returns it
   */
  record Exited(int status) implements Event {
    /** Whether the program exited by itself, with {@link #code}. */
    boolean byItself() {
      return (status & 0x7f) == 0;
    }

    /** The exit code. */
    int code() {
      return status >> 8 & 0xff;
    }

    /** The signal that ended the program. */
    int signal() {
      return status & 0x7f;
    }
  }

  /** The program was not started. The last event. */
  record NotStarted(String reason) implements Event {}
}
