package dev.grpcos.gateway.config;

import java.time.Duration;

/**
 * The retry policy for calls that end with UNAVAILABLE before any response.
 *
 * @param attempts the maximum number of attempts, including the first; 2 to 5
 * @param initialBackoff the longest wait before the second attempt
 * @param maxBackoff the longest wait before any attempt
 */
public record RetryConfig(int attempts, Duration initialBackoff, Duration maxBackoff) {}
