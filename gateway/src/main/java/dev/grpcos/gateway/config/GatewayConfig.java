package dev.grpcos.gateway.config;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a gateway is told.
 *
 * @param socket the Unix socket's path
 * @param mode the sockets' permission bits, as {@code chmod} takes them
 * @param group the sockets' group, by name or number; null leaves it as it comes
 * @param limits bounds against abuse
 * @param drain how long calls in flight may go on once the gateway is asked to end
 * @param watch how often the gateway looks whether the socket at its path is still its own
 */
public record GatewayConfig(
    Path socket, int mode, @Nullable String group, Limits limits, Duration drain, Duration watch) {

  public GatewayConfig {
    if (mode < 0 || mode > 0777) {
      throw new IllegalArgumentException(
          "mode is " + Integer.toOctalString(mode) + ": octal, between 0000 and 0777");
    }
    if (group != null && group.isBlank()) {
      throw new IllegalArgumentException("group is blank: give a name, or leave it out");
    }
    if (drain.isNegative()) {
      throw new IllegalArgumentException("drain is " + drain + ": not negative");
    }
    if (watch.toMillis() < 1) {
      throw new IllegalArgumentException("watch is " + watch + ": at least a millisecond");
    }
  }

  /** The built-in configuration, on this path. */
  public static GatewayConfig defaults(Path socket) {
    return new GatewayConfig(
        socket, 0600, null, Limits.DEFAULT, Duration.ofSeconds(10), Duration.ofSeconds(10));
  }

  public GatewayConfig withMode(int value) {
    return new GatewayConfig(socket, value, group, limits, drain, watch);
  }

  public GatewayConfig withGroup(@Nullable String value) {
    return new GatewayConfig(socket, mode, value, limits, drain, watch);
  }

  public GatewayConfig withLimits(Limits value) {
    return new GatewayConfig(socket, mode, group, value, drain, watch);
  }

  public GatewayConfig withDrain(Duration value) {
    return new GatewayConfig(socket, mode, group, limits, value, watch);
  }

  public GatewayConfig withWatch(Duration value) {
    return new GatewayConfig(socket, mode, group, limits, drain, value);
  }
}
