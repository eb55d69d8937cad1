package dev.grpcos.gateway.policy;

/**
 * The decision on a call.
 *
 * @param reason a text for the caller of a denied call, and for the log
 */
public record Decision(boolean allowed, String reason) {}
