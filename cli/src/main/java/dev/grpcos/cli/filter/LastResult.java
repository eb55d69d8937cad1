package dev.grpcos.cli.filter;

import dev.grpcos.cli.failure.ExitCode;
import dev.grpcos.gateway.json.JsonText;
import java.io.IOException;
import java.io.OutputStream;

/**
 * The output of results that also keeps whether the last one was {@code false} or {@code null}, for
 * the exit code. Threads may take turns in writing.
 */
public final class LastResult implements FilterOutput {
  /** jq's exit code if the last result is {@code false} or {@code null}. */
  private static final int FALSE = 1;

  /** jq's exit code if there is no result. */
  private static final int NONE = 4;

  private final FilterOutput next;
  private volatile int exitCode = NONE;

  public LastResult(FilterOutput next) {
    this.next = next;
  }

  @Override
  public boolean raw() {
    return next.raw();
  }

  @Override
  public void write(JsonText value, OutputStream stream) throws IOException {
    exitCode = isFalse(value) ? FALSE : ExitCode.OK;
    next.write(value, stream);
  }

  @Override
  public void write(String value, OutputStream stream) throws IOException {
    exitCode = ExitCode.OK; // a string, whatever its text
    next.write(value, stream);
  }

  private static boolean isFalse(JsonText value) {
    int length = value.length();
    return (length == 4 || length == 5)
        && (value.toString().equals("null") || value.toString().equals("false"));
  }

  /** Returns the exit code that {@code jq -e} has after the results so far. */
  public int exitCode() {
    return exitCode;
  }
}
