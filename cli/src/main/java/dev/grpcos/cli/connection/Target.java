package dev.grpcos.cli.connection;

import java.nio.file.Path;
import java.time.Duration;

/**
 * Where calls go and how: equal targets can share a connection.
 *
 * @param socket the gateway's Unix socket
 * @param named whether the caller named the socket by option, and so vouches for its folder
 * @param connectTimeout how long a connection may take to be made
 * @param maxMessageSize the largest response, in bytes
 */
public record Target(Path socket, boolean named, Duration connectTimeout, int maxMessageSize) {}
