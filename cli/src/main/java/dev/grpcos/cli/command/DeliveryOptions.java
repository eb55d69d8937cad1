package dev.grpcos.cli.command;

import com.google.protobuf.DescriptorProtos.MethodOptions.IdempotencyLevel;
import com.google.protobuf.Descriptors.MethodDescriptor;
import dev.grpcos.cli.call.Delivery;
import dev.grpcos.cli.connection.Retries;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options for compression and retries. */
final class DeliveryOptions {
  private static final int MAX_RETRIES = 100;

  @Option(
      names = "--gzip",
      description = "Compress requests. Responses may be compressed in any case.")
  boolean gzip;

  @Option(
      names = "--retry",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Retry up to N times, with exponential backoff, if the server is UNAVAILABLE and"
              + " has sent no response; if the method is idempotent, also on ABORTED and"
              + " RESOURCE_EXHAUSTED. Default: ${DEFAULT-VALUE}.")
  int retry;

  @Option(
      names = "--idempotent",
      description = "Treat the method as idempotent for --retry, regardless of its schema.")
  boolean idempotent;

  /** Returns the first option that is given, for error messages; null if there is none. */
  @Nullable String firstGiven() {
    return gzip ? "--gzip" : retry > 0 ? "--retry" : null;
  }

  /** Returns the retries for the steps before the call, which can safely be repeated. */
  Retries retries() {
    Bounds.require("--retry", retry, 0, MAX_RETRIES);
    return new Retries(retry, false);
  }

  /** Returns the channel for calls of this method. */
  Channel channel(Channel channel, MethodDescriptor method, int maxResponse) {
    IdempotencyLevel level = method.getOptions().getIdempotencyLevel();
    boolean repeatable = idempotent || level != IdempotencyLevel.IDEMPOTENCY_UNKNOWN;
    return ClientInterceptors.intercept(
        channel, new Delivery(gzip, maxResponse, new Retries(retry, repeatable)));
  }
}
