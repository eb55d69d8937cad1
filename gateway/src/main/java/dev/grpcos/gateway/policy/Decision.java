package dev.grpcos.gateway.policy;

/**
 * Whether a call is allowed, and why.
 *
 * @param reason for the caller, where it is not allowed; for the log in any case
 */
public record Decision(boolean allowed, String reason) {}
