package dev.grpcos.gateway.reflection;

import com.google.common.util.concurrent.MoreExecutors;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import java.time.Duration;
import java.util.concurrent.Executor;

/**
 * A client of a server's reflection service. It uses v1, and v1alpha for everything that fails in
 * v1. It never blocks. Safe for use by any thread.
 */
public final class ReflectionClient {
  private final Channel channel;
  private final Duration answerTimeout;

  /** The version with which a lookup begins. */
  private volatile ReflectionVersion version = ReflectionVersion.V1;

  private volatile boolean answered;

  /**
   * Creates a client of the server behind the channel.
   *
   * @param answerTimeout the longest time for which a version may leave requests unanswered
   */
  public ReflectionClient(Channel channel, Duration answerTimeout) {
    this.channel = channel;
    this.answerTimeout = answerTimeout;
  }

  /**
   * Begins a lookup.
   *
   * @param executor runs the lookup, which parses files; must not be an event loop
   * @param deadline the deadline of the whole lookup
   */
  public ReflectionLookup begin(
      ReflectionLookup.Plan plan, Executor executor, Deadline deadline, Metadata headers) {
    Executor sequence = MoreExecutors.newSequentialExecutor(executor);
    ReflectionLookup lookup =
        new ReflectionLookup(
            this,
            plan,
            sequence,
            CallOptions.DEFAULT.withExecutor(sequence).withDeadline(deadline),
            headers);
    sequence.execute(lookup::start);
    return lookup;
  }

  ClientCall<ServerReflectionRequest, ServerReflectionResponse> call(
      ReflectionVersion asked, CallOptions options) {
    return channel.newCall(asked.method(), options);
  }

  ReflectionVersion version() {
    return version;
  }

  /** Sets the version with which further lookups begin. */
  void prefer(ReflectionVersion better) {
    version = better;
  }

  /** Records that the server has answered a request. */
  void noteAnswer() {
    answered = true;
  }

  boolean hasAnswered() {
    return answered;
  }

  Duration answerTimeout() {
    return answerTimeout;
  }
}
