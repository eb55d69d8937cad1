package dev.grpcos.gateway.upstream;

import dev.grpcos.gateway.route.ShadowedService;
import java.time.Instant;
import java.util.List;

/**
 * The status of an upstream.
 *
 * @param target the address in the configuration
 * @param since the time of the last change of state
 * @param lastError why it is not reachable, or why its descriptors could not be fetched; empty if
 *     there is no error
 * @param services the number of services that the upstream lists
 * @param shadowed the listed services that have another route
 */
public record UpstreamStatus(
    String name,
    String target,
    UpstreamState state,
    Instant since,
    String lastError,
    int services,
    List<ShadowedService> shadowed) {}
