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
 * Finds the reason why a channel cannot connect. The channel reports it only to calls, so a call is
 * started, which fails immediately and sends nothing.
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
      return Status.UNAVAILABLE
          .withDescription("the server answers now, but did not before")
          .withCause(e);
    } finally {
      call.cancel("the call was only made to find the reason", null);
    }
  }
}
