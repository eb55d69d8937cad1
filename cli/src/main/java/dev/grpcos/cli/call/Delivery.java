package dev.grpcos.cli.call;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.MethodDescriptor;

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
    CallOptions bounded = options.withMaxInboundMessageSize(maxResponse);
    CallOptions delivered = gzip ? bounded.withCompression("gzip") : bounded;
    return retries.times() == 0
        ? next.newCall(method, delivered)
        : new RetryingCall<>(() -> next.newCall(method, delivered), method, delivered, retries);
  }
}
