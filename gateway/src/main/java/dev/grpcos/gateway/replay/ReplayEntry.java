package dev.grpcos.gateway.replay;

import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A call of a recording.
 *
 * @param number the number of the call, from 0
 * @param line the line of the file
 * @param method the full name of the method
 * @param time the time when the call began; null if it is unknown
 * @param responses the encoded responses
 * @param timing when the steps of the call took place
 */
record ReplayEntry(
    int number,
    long line,
    String method,
    @Nullable Instant time,
    List<RequestJson> requests,
    Metadata headers,
    List<byte[]> responses,
    Status status,
    Metadata trailers,
    Timing timing) {
  ReplayEntry {
    requests = List.copyOf(requests);
    responses = List.copyOf(responses);
  }

  /**
   * The times of the steps, in nanoseconds since the call began.
   *
   * @param halfClosed the time of the half-close, or {@link Long#MAX_VALUE} if the call ended
   *     before
   */
  record Timing(List<Long> requests, long halfClosed, List<Long> responses, long end) {
    Timing {
      requests = List.copyOf(requests);
      responses = List.copyOf(responses);
    }

    /** Returns times for a call whose answer follows all requests after some time. */
    static Timing after(long nanos, int requests, int responses) {
      List<Long> ends = new ArrayList<>();
      for (int i = 0; i < responses; i++) {
        ends.add(nanos);
      }
      return new Timing(Arrays.asList(zeros(requests)), 0, ends, nanos);
    }

    private static Long[] zeros(int count) {
      Long[] zeros = new Long[count];
      Arrays.fill(zeros, 0L);
      return zeros;
    }
  }

  /** Returns the text that calls with the same requests have in common. */
  String key() {
    return key(requests);
  }

  /** Returns the text that a call with these requests has. */
  static String key(List<RequestJson> requests) {
    StringBuilder key = new StringBuilder();
    requests.forEach(each -> key.append(each.text()).append('\n'));
    return key.toString();
  }

  /** Returns the number of requests before a response. */
  int requestsBefore(int response) {
    long at = timing.responses.get(response);
    return (int) timing.requests.stream().filter(each -> each <= at).count();
  }

  /** Returns whether a response follows the half-close. */
  boolean isAfterHalfClose(int response) {
    return timing.halfClosed <= timing.responses.get(response);
  }

  /** Returns whether the server ended the call before the half-close. */
  boolean endsBeforeHalfClose() {
    return timing.halfClosed > timing.end && status.getCode() != Status.Code.CANCELLED;
  }

  /**
   * Returns whether the recorded call failed, and has only the first of these requests. It answers
   * calls with more requests too, because a server may refuse a call before it has read them all.
   */
  boolean failedAfterFirstOf(List<RequestJson> all) {
    return !status.isOk()
        && status.getCode() != Status.Code.CANCELLED
        && requests.size() < all.size()
        && key().equals(key(all.subList(0, requests.size())));
  }

  /**
   * Returns the time between a response and the step before it.
   *
   * @param response the index of the response; the number of responses for the end of the call
   */
  long delayOf(int response) {
    long at = response == responses.size() ? timing.end : timing.responses.get(response);
    long before = response == 0 ? 0 : timing.responses.get(response - 1);
    for (long each : timing.requests) {
      before = each <= at ? Math.max(before, each) : before;
    }
    before = timing.halfClosed <= at ? Math.max(before, timing.halfClosed) : before;
    return Math.max(0, at - before);
  }

  /** Returns whether the first responses of both calls are the same. */
  boolean beginsLike(ReplayEntry other, int count) {
    if (responses.size() < count || other.responses.size() < count) {
      return false;
    }
    for (int i = 0; i < count; i++) {
      if (!Arrays.equals(responses.get(i), other.responses.get(i))) {
        return false;
      }
    }
    return true;
  }
}
