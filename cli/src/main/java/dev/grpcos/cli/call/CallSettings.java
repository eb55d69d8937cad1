package dev.grpcos.cli.call;

import dev.grpcos.gateway.limit.MessageAccount;
import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Settings of calls.
 *
 * @param headers the metadata sent with each call; never changed
 * @param deadline the deadline of each call, or null for none
 * @param latest the time at which every call ends, or null for none
 * @param concurrency the maximum number of parallel calls, at least 1
 * @param unordered whether events are delivered as they arrive instead of in the order of the
 *     requests
 * @param keepGoing whether further calls are made after a failed one
 * @param limit the number of responses after which a call ends; 0 for no limit
 * @param okCodes the codes that do not count as failures
 * @param memory is charged with large responses until they are delivered
 * @param keepRequests whether observers get the request of each call, which is kept until its end
 */
public record CallSettings(
    Metadata headers,
    @Nullable Duration deadline,
    @Nullable Instant latest,
    int concurrency,
    boolean unordered,
    boolean keepGoing,
    long limit,
    Set<Status.Code> okCodes,
    MessageAccount memory,
    boolean keepRequests) {
  /**
   * Returns the longest time of a call that begins now; null for no limit.
   *
   * @param deadline the longest time of each call; null for none
   * @param latest the time at which every call ends; null for none
   */
  public static @Nullable Duration earlier(@Nullable Duration deadline, @Nullable Instant latest) {
    if (latest == null) {
      return deadline;
    }
    Duration left = Duration.between(Instant.now(), latest);
    Duration most = left.isNegative() ? Duration.ZERO : left;
    return deadline == null || most.compareTo(deadline) < 0 ? most : deadline;
  }
}
