package dev.grpcos.gateway.config;

import java.time.Duration;

/**
 * Which failed calls are made again: those that ended with UNAVAILABLE before any response.
 *
 * @param attempts how often a call is made at most, the first time included; 2 to 5
 * @param initialBackoff the longest wait before the second attempt
 * @param maxBackoff the longest wait before any attempt
 */
public record RetryConfig(int attempts, Duration initialBackoff, Duration maxBackoff) {}
