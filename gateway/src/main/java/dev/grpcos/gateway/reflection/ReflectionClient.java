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
 * Asks a server's reflection: v1, then v1alpha whatever v1 fails of. It never blocks. Safe for use
 * by any thread.
 */
public final class ReflectionClient {
  private final Channel channel;
  private final Duration silence;

  /** The version to begin with. */
  private volatile ReflectionVersion version = ReflectionVersion.V1;

  private volatile boolean answered;

  /**
   * A client of the server behind the channel.
   *
   * @param silence how long a version may leave requests unanswered
   */
  public ReflectionClient(Channel channel, Duration silence) {
    this.channel = channel;
    this.silence = silence;
  }

  /**
   * Begins a lookup.
   *
   * @param executor runs the lookup; no event loop, because files are parsed on it
   * @param deadline of the whole lookup
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

  /** Begins with this version from now on. */
  void prefer(ReflectionVersion better) {
    version = better;
  }

  /** Notes that the server has answered something. */
  void noteAnswer() {
    answered = true;
  }

  boolean hasAnswered() {
    return answered;
  }

  Duration silence() {
    return silence;
  }
}
