package dev.grpcos.gateway.config;

import java.time.Duration;

/**
 * Pings that tell a dead connection.
 *
 * @param time how long a connection with calls may be silent before a ping
 * @param timeout how long the answer may take
 */
public record KeepaliveConfig(Duration time, Duration timeout) {}
