package dev.grpcos.cli.tap;

import dev.grpcos.proto.admin.v1.CallStep;

/** An output of calls. */
public interface TapOutput {
  /**
   * Receives a step of a call.
   *
   * @return the number of calls that the output has shown completely so far
   */
  long add(CallStep step);
}
