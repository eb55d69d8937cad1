package dev.grpcos.gateway.failure;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An error for a gateway that cannot start or cannot apply its configuration. The message names the
 * subject and the remedy, one line for each problem.
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

  /** Creates an error for a configuration, with at least one problem, one line each. */
  public GatewayException(List<String> problems) {
    super(String.join("\n", problems));
    this.problems = List.copyOf(problems);
    this.inUse = false;
  }

  /**
   * Returns the error for a socket that another process uses.
   *
   * @param pid 0 if unknown
   */
  public static GatewayException inUse(Path socket, long pid) {
    String owner = pid > 0 ? "pid " + pid : "another process";
    return new GatewayException(
        "socket %s is in use by %s: stop that gateway, or use another path"
            .formatted(socket, owner),
        null,
        true);
  }

  /** Returns whether another process uses the socket. */
  public boolean isInUse() {
    return inUse;
  }

  /** Returns the problems of the configuration; empty for other errors. */
  public List<String> problems() {
    return problems;
  }
}
