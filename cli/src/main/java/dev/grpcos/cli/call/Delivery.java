package dev.grpcos.cli.call;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.MethodDescriptor;
import java.util.function.Supplier;

/**
 * How calls are brought to the server: compressed, bounded, again after a failure.
 *
 * @param gzip whether requests are compressed
 * @param maxResponse bytes of one response
 * @param retries of calls that failed before any response
 */
public record Delivery(boolean gzip, int maxResponse, Retries retries)
    implements ClientInterceptor {
  @Override
  public <Q, R> ClientCall<Q, R> interceptCall(
      MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
    CallOptions delivered = gzip ? options.withCompression("gzip") : options;
    Supplier<ClientCall<Q, R>> calls = () -> BoundedCall.on(next, method, delivered, maxResponse);
    return retries.times() == 0
        ? calls.get()
        : new RetryingCall<>(calls, method, delivered, retries);
  }
}
