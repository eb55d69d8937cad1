package dev.grpcos.cli.top;

/**
 * The calls of a method, caller or upstream in one interval.
 *
 * @param calls calls a second
 * @param errors calls a second that ended with a status other than OK
 * @param p50 the median of the duration in seconds; NaN if no call ended
 * @param p99 the 99th percentile of the duration in seconds; NaN if no call ended
 * @param inFlight the number of calls in flight at the end
 * @param received bytes of requests a second
 * @param sent bytes of responses a second
 */
public record TopRow(
    String name,
    double calls,
    double errors,
    double p50,
    double p99,
    long inFlight,
    double received,
    double sent) {}
