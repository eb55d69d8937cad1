package dev.grpcos.cli.connection;

import java.nio.file.Path;
import java.time.Duration;

/**
 * Where calls go and how: equal targets can share a connection.
 *
 * @param address the gateway's socket, or a Unix socket that a target named
 * @param connectTimeout how long a connection may take to be made
 * @param maxMessageSize the largest response, in bytes
 */
public record Target(Address address, Duration connectTimeout, int maxMessageSize) {
  /** An endpoint's address. */
  public sealed interface Address {}

  /** The gateway's own Unix socket, whose absence has a remedy. */
  public record GatewaySocket(Path path) implements Address {}
}
