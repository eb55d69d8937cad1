package dev.grpcos.gateway.failure;

/**
 * The reason why a gateway ended.
 *
 * @param failed whether the gateway ended without a request to stop, so that its process should
 *     exit non-zero
 * @param reason in one line, for the log
 */
public record Termination(boolean failed, String reason) {}
