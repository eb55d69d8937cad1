package dev.grpcos.cli.command;

import com.google.protobuf.DescriptorProtos.MethodOptions.IdempotencyLevel;
import com.google.protobuf.Descriptors.MethodDescriptor;
import dev.grpcos.cli.call.Delivery;
import dev.grpcos.cli.connection.Retries;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import picocli.CommandLine.Option;

/** How a request gets to the server. */
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

  /** For what comes before the call, which does no harm twice. */
  Retries retries() {
    Bounds.require("--retry", retry, 0, MAX_RETRIES);
    return new Retries(retry, false);
  }

  /** The channel on which calls of this method are made. */
  Channel channel(Channel channel, MethodDescriptor method, int maxResponse) {
    IdempotencyLevel level = method.getOptions().getIdempotencyLevel();
    boolean repeatable = idempotent || level != IdempotencyLevel.IDEMPOTENCY_UNKNOWN;
    return ClientInterceptors.intercept(
        channel, new Delivery(gzip, maxResponse, new Retries(retry, repeatable)));
  }
}
