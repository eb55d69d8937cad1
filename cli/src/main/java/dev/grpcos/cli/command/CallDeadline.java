package dev.grpcos.cli.command;

import dev.grpcos.cli.connection.Endpoint;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The value of {@code call --deadline}.
 *
 * @param time the longest time that a call may take; null for no limit
 */
record CallDeadline(@Nullable Duration time) {
  /** The default for unary methods. */
  static final Duration UNARY = Duration.ofSeconds(30);

  /** Returns the option's value, or else the server's default; null if there is neither. */
  static @Nullable CallDeadline of(@Nullable CallDeadline given, Endpoint server) {
    return given == null && server.deadline() != null ? new CallDeadline(server.deadline()) : given;
  }
}
