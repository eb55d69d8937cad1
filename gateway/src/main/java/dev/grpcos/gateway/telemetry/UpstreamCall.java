package dev.grpcos.gateway.telemetry;

/**
 * What the span of a call to an upstream contains.
 *
 * @param method the full name of the method
 * @param route the origin of the upstream's routes
 * @param host the host, or the path or name of a Unix socket
 * @param port the port; 0 for a Unix socket
 */
public record UpstreamCall(String method, String route, String host, int port) {}
