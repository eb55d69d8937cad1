package dev.grpcos.gateway.exec;

import com.google.protobuf.ByteString;

/** What a program does, as it is told one event after the other. */
sealed interface Event {
  /** It runs. */
  record Started(int pid) implements Event {}

  /** It wrote to standard output. */
  record Output(ByteString bytes) implements Event {}

  /** It wrote to standard error. */
  record Errors(ByteString bytes) implements Event {}

  /** It wrote to descriptor 3; told before whatever it wrote to standard output afterwards. */
  record Metadata(ByteString bytes) implements Event {}

  /**
   * It has ended, and nothing that it started runs any more; the last event.
   *
   * @param status as {@code wait(2)} gives it
   */
  record Exited(int status) implements Event {
    /** Whether it ended by itself, with {@link #code}. */
    boolean byItself() {
      return (status & 0x7f) == 0;
    }

    /** Its exit code. */
    int code() {
      return status >> 8 & 0xff;
    }

    /** The signal that ended it. */
    int signal() {
      return status & 0x7f;
    }
  }

  /** It could not be started; the last event. */
  record NotStarted(String reason) implements Event {}
}
