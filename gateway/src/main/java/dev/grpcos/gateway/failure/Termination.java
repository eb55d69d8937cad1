package dev.grpcos.gateway.failure;

/**
 * Why a gateway ended.
 *
 * @param failed whether it ended without having been asked to, so that its process should exit
 *     non-zero
 * @param reason in one line, for the log
 */
public record Termination(boolean failed, String reason) {}
