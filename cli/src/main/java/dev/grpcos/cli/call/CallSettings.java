package dev.grpcos.cli.call;

import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How calls are made.
 *
 * @param headers sent with each call; never changed
 * @param deadline for each call, or null for none
 * @param concurrency how many calls may be under way at once, at least 1
 * @param unordered whether calls are told of as they go on, not in the order of their requests
 * @param keepGoing whether further calls are made after a failed one
 * @param limit ends a call after so many responses; 0 for no limit
 * @param okCodes the codes that are no failure
 */
public record CallSettings(
    Metadata headers,
    @Nullable Duration deadline,
    int concurrency,
    boolean unordered,
    boolean keepGoing,
    long limit,
    Set<Status.Code> okCodes) {}
