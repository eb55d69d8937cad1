package dev.grpcos.gateway.metrics;

/**
 * The durations and the sizes of ended calls.
 *
 * @param durations in nanoseconds
 * @param received the bytes of all requests of each call
 * @param sent the bytes of all responses of each call
 */
public record EndedCalls(
    HistogramCounts durations, HistogramCounts received, HistogramCounts sent) {}
