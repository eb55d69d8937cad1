package dev.grpcos.gateway.metrics;

import org.jspecify.annotations.Nullable;

/**
 * The calls of one user.
 *
 * @param share the number of the user among those that share limits; null for all other users
 * @param started the number of calls
 * @param inFlight the number of calls that have not ended
 * @param failed the number of calls that ended with a status other than OK
 * @param ended the ended calls
 */
public record CallerCounts(
    @Nullable Integer share, long started, int inFlight, long failed, EndedCalls ended) {}
