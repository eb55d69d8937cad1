package dev.grpcos.cli.call;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What was measured of a call that has ended, whenever it is told.
 *
 * @param total from its start until its status came
 * @param firstResponse from its start until the first response came; null where none did
 * @param encoding how much of it went into handing requests to the transport, encoded
 * @param requests how many were sent
 * @param requestBytes what they were on the wire
 */
public record CallFigures(
    Duration total,
    @Nullable Duration firstResponse,
    Duration encoding,
    long requests,
    long requestBytes) {}
