package dev.grpcos.cli.connection;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.health.v1.HealthGrpc;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Asks a channel that cannot connect for the reason, which it tells to calls alone: a call that is
 * begun then fails with it at once, and nothing is sent.
 */
final class LastFailure {
  private static final MethodDescriptor<?, ?> ANY = HealthGrpc.getCheckMethod();
  private static final long LIMIT_MILLIS = 1_000;

  private LastFailure() {}

  static Status of(Channel channel) {
    return ask(channel, ANY);
  }

  private static <Q, R> Status ask(Channel channel, MethodDescriptor<Q, R> method) {
    ClientCall<Q, R> call = channel.newCall(method, CallOptions.DEFAULT);
    CompletableFuture<Status> end = new CompletableFuture<>();
    call.start(
        new ClientCall.Listener<>() {
          @Override
          public void onClose(Status status, Metadata trailers) {
            end.complete(status);
          }
        },
        new Metadata());
    try {
      return end.get(LIMIT_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Status.UNAVAILABLE.withDescription("interrupted").withCause(e);
    } catch (ExecutionException | TimeoutException e) {
      return Status.UNAVAILABLE.withDescription("it answers now, and did not before").withCause(e);
    } finally {
      call.cancel("the reason was all that was asked for", null);
    }
  }
}
