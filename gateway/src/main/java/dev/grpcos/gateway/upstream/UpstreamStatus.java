package dev.grpcos.gateway.upstream;

import java.time.Instant;

/**
 * How an upstream is.
 *
 * @param target its address, as it is configured
 * @param since when it came into this state
 * @param lastError why it could not be reached, or its descriptors not be fetched; empty where all
 *     is well
 * @param services how many of its services are offered
 */
public record UpstreamStatus(
    String name,
    String target,
    UpstreamState state,
    Instant since,
    String lastError,
    int services) {}
