package dev.grpcos.cli.command;

import dev.grpcos.cli.invocation.Invocation;
import dev.grpcos.cli.output.ErrorOutput;
import dev.grpcos.cli.output.StandardOutput;
import org.jspecify.annotations.Nullable;

/** The current invocation of a command tree. A tree serves one invocation at a time. */
final class CommandContext {
  private @Nullable Invocation current;
  private @Nullable ErrorOutput errors;
  private @Nullable Exception failure;

  void serve(Invocation invocation, ErrorOutput errorOutput) {
    current = invocation;
    errors = errorOutput;
    failure = null;
  }

  /** Ends the invocation. */
  void served() {
    current = null;
    errors = null;
    failure = null;
  }

  /** Keeps an exception of a command until its run has ended. */
  void failed(Exception thrown) {
    failure = thrown;
  }

  @Nullable Exception failure() {
    return failure;
  }

  Invocation invocation() {
    return served(current);
  }

  private static <T> T served(@Nullable T part) {
    if (part == null) {
      throw new IllegalStateException("no invocation is being served");
    }
    return part;
  }

  StandardOutput output() {
    return new StandardOutput(invocation().stdout(), invocation().stdoutKind());
  }

  ErrorOutput errors() {
    return served(errors);
  }
}
