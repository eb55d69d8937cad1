package dev.grpcos.cli.session;

import dev.grpcos.gateway.json.JsonValue;
import io.grpc.Metadata;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A line of a session's input. */
sealed interface SessionLine {
  /** Returns the number of the line, from 1. */
  long number();

  /**
   * The beginning of a call.
   *
   * @param requests the first requests
   * @param complete whether there are no further requests
   * @param metadata the metadata of the call, complete
   * @param deadline the longest time of the call; null for none
   * @param latest the time at which the call ends in any case; null for none
   */
  record Start(
      long number,
      SessionId id,
      SessionMethod method,
      List<JsonValue> requests,
      boolean complete,
      Metadata metadata,
      @Nullable Duration deadline,
      @Nullable Instant latest)
      implements SessionLine {
    public Start {
      requests = List.copyOf(requests);
    }
  }

  /**
   * Further requests of a call.
   *
   * @param end whether they are the last
   */
  record Continuation(long number, SessionId id, List<JsonValue> requests, boolean end)
      implements SessionLine {
    public Continuation {
      requests = List.copyOf(requests);
    }
  }

  /** The request to cancel a call. */
  record Cancel(long number, SessionId id) implements SessionLine {}

  /**
   * A line that is none of the others.
   *
   * @param id the id in it; null if it cannot be read
   * @param begins whether the line would begin a call
   */
  record Invalid(long number, @Nullable SessionId id, boolean begins, RuntimeException problem)
      implements SessionLine {}
}
