package dev.grpcos.gateway;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A gateway that can't start, or do what its configuration says; the message names the subject and
 * the remedy, in one line where it is one problem.
 */
public final class GatewayException extends Exception {
  private static final long serialVersionUID = 1;

  private final transient List<String> problems;

  public GatewayException(String message) {
    this(message, null);
  }

  public GatewayException(String message, @Nullable Throwable cause) {
    super(message, cause);
    problems = List.of();
  }

  /** What is wrong with a configuration, a line each; at least one. */
  public GatewayException(List<String> problems) {
    super(String.join("\n", problems));
    this.problems = List.copyOf(problems);
  }

  /** What is wrong with the configuration; empty where it is something else. */
  public List<String> problems() {
    return problems;
  }
}
