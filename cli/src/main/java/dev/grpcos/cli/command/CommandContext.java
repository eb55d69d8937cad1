package dev.grpcos.cli.command;

import dev.grpcos.cli.invocation.Invocation;
import dev.grpcos.cli.invocation.StreamKind;
import dev.grpcos.cli.output.ErrorFormat;
import dev.grpcos.cli.output.ErrorOutput;
import dev.grpcos.cli.output.StandardOutput;
import dev.grpcos.cli.output.StatusLine;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/** The current invocation of a command tree. A tree serves one invocation at a time. */
final class CommandContext {
  private @Nullable Invocation current;
  private @Nullable ErrorOutput errors;
  private @Nullable StatusLine statusLine;
  private @Nullable Exception failure;

  void serve(Invocation invocation, ErrorFormat format) {
    StatusLine line = new StatusLine(invocation.stderr());
    current = invocation;
    statusLine = line;
    // Only a terminal has a line to hide.
    errors =
        new ErrorOutput(
            invocation.stderrKind() == StreamKind.TERMINAL
                ? line.above(invocation.stderr(), true)
                : invocation.stderr(),
            format);
    failure = null;
  }

  /** Ends the invocation. */
  void served() {
    current = null;
    errors = null;
    statusLine = null;
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
    OutputStream stdout = invocation().stdout();
    boolean terminal = invocation().stdoutKind() == StreamKind.TERMINAL;
    return new StandardOutput(
        terminal ? statusLine().above(stdout, false) : stdout, invocation().stdoutKind());
  }

  /** Returns the line on the terminal of standard error. */
  StatusLine statusLine() {
    return served(statusLine);
  }

  ErrorOutput errors() {
    return served(errors);
  }
}
