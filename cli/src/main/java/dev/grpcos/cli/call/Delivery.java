package dev.grpcos.cli.call;

import dev.grpcos.cli.connection.Retries;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.MethodDescriptor;
import java.util.function.Supplier;

/**
 * Settings of compression, response size and retries.
 *
 * @param gzip whether requests are compressed
 * @param maxResponse the maximum size of one response, in bytes
 * @param retries the retries of calls that failed before any response
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
