package dev.grpcos.cli.connection;

import java.nio.file.Path;
import java.time.Duration;

/**
 * Where calls go and how: equal targets can share a connection.
 *
 * @param socket the gateway's Unix socket
 * @param connectTimeout how long a connection may take to be made
 * @param maxMessageSize the largest response, in bytes
 */
public record Target(Path socket, Duration connectTimeout, int maxMessageSize) {}
