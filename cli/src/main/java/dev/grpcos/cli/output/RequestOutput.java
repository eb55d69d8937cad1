package dev.grpcos.cli.output;

import com.google.protobuf.Message;

/** The requests of a command, which are printed instead of sent. Not thread-safe. */
public interface RequestOutput {
  /** Takes the next request; the first one has the number 1. */
  void print(long sequence, Message request);

  /** Takes the end of the requests. It is not called if they end with an error. */
  void end();
}
