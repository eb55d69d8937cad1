package dev.grpcos.gateway.upstream;

import dev.grpcos.gateway.route.ShadowedService;
import java.time.Instant;
import java.util.List;

/**
 * The status of an upstream.
 *
 * @param target its address, as it is configured
 * @param since when it came into this state
 * @param lastError why it could not be reached, or its descriptors not be fetched; empty where all
 *     is well
 * @param services the number of services that the upstream lists
 * @param shadowed those of them that something else serves
 */
public record UpstreamStatus(
    String name,
    String target,
    UpstreamState state,
    Instant since,
    String lastError,
    int services,
    List<ShadowedService> shadowed) {}
