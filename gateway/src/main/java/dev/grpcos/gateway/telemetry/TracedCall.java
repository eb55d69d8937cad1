package dev.grpcos.gateway.telemetry;

/**
 * What the span of a call contains.
 *
 * @param method the full name of the method, or {@code other}
 * @param route the origin that serves the call, such as {@code local}
 * @param socket the name of the socket, or the TCP address
 * @param uid the number of the user
 */
public record TracedCall(String method, String route, String socket, int uid) {}
