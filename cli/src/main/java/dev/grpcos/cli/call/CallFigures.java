package dev.grpcos.cli.call;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Measurements of a call that has ended.
 *
 * @param total time from the call's start to the arrival of its status
 * @param firstResponse time from the call's start to the arrival of the first response; null if
 *     there was none
 * @param encoding time spent on encoding requests and passing them to the transport
 * @param requests number of requests sent
 * @param requestBytes size of the requests on the wire
 * @param responses number of responses received
 */
public record CallFigures(
    Duration total,
    @Nullable Duration firstResponse,
    Duration encoding,
    long requests,
    long requestBytes,
    long responses) {
  /** The measurements of a call that was not started. */
  public static final CallFigures NONE =
      new CallFigures(Duration.ZERO, null, Duration.ZERO, 0, 0, 0);
}
