package dev.grpcos.gateway.config;

import java.time.Duration;

/**
 * Pings that detect a dead connection.
 *
 * @param time the time without data on a connection with calls before a ping
 * @param timeout the longest time to the answer of a ping
 */
public record KeepaliveConfig(Duration time, Duration timeout) {}
