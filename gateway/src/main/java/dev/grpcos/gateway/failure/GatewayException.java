package dev.grpcos.gateway.failure;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A gateway that can't start, or do what its configuration says; the message names the subject and
 * the remedy, in one line where it is one problem.
 */
public final class GatewayException extends Exception {
  private static final long serialVersionUID = 1;

  private final transient List<String> problems;
  private final boolean inUse;

  public GatewayException(String message) {
    this(message, null);
  }

  public GatewayException(String message, @Nullable Throwable cause) {
    this(message, cause, false);
  }

  private GatewayException(String message, @Nullable Throwable cause, boolean inUse) {
    super(message, cause);
    this.problems = List.of();
    this.inUse = inUse;
  }

  /** What is wrong with a configuration, a line each; at least one. */
  public GatewayException(List<String> problems) {
    super(String.join("\n", problems));
    this.problems = List.copyOf(problems);
    this.inUse = false;
  }

  /** Says that somebody else has the socket, whose pid may be unknown (0). */
  public static GatewayException inUse(Path socket, long pid) {
    String owner = pid > 0 ? "pid " + pid : "another process";
    return new GatewayException(
        "socket %s is in use by %s: stop that gateway, or use another path"
            .formatted(socket, owner),
        null,
        true);
  }

  /** Whether somebody else has the socket. */
  public boolean isInUse() {
    return inUse;
  }

  /** What is wrong with the configuration; empty where it is something else. */
  public List<String> problems() {
    return problems;
  }
}
