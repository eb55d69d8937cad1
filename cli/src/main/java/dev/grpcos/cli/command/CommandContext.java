package dev.grpcos.cli.command;

import dev.grpcos.cli.invocation.Invocation;
import dev.grpcos.cli.output.ErrorOutput;
import dev.grpcos.cli.output.StandardOutput;
import org.jspecify.annotations.Nullable;

/**
 * The invocation that a tree of commands serves at the moment. A tree is used for one invocation
 * after the other, never for two at once.
 */
final class CommandContext {
  private @Nullable Invocation current;
  private @Nullable Exception failure;

  void serve(@Nullable Invocation invocation) {
    current = invocation;
    failure = null;
  }

  /** Keeps what a command threw until its run is over. */
  void failed(Exception thrown) {
    failure = thrown;
  }

  @Nullable Exception failure() {
    return failure;
  }

  Invocation invocation() {
    Invocation invocation = current;
    if (invocation == null) {
      throw new IllegalStateException("no invocation is being served");
    }
    return invocation;
  }

  StandardOutput output() {
    return new StandardOutput(invocation().stdout());
  }

  ErrorOutput errors() {
    return new ErrorOutput(invocation().stderr());
  }
}
