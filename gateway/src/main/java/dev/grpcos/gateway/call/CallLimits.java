package dev.grpcos.gateway.call;

import dev.grpcos.gateway.config.Limits;
import io.grpc.Attributes;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.List;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Answers calls above the configured limits with RESOURCE_EXHAUSTED. */
public final class CallLimits implements ServerInterceptor {
  /** Marks, in a connection's attributes, one that is above the bound of connections. */
  private static final Attributes.Key<Boolean> SURPLUS =
      Attributes.Key.create("dev.grpcos.gateway.surplus");

  /** What HTTP/2 counts for a header besides its name and value (RFC 9113, section 6.5.2). */
  private static final int ENTRY_OVERHEAD = 32;

  /**
   * Names that gRPC knows. Others can come over HTTP/2 but can't be asked for; what they cost is
   * bounded by the transport.
   */
  private static final Pattern NAME = Pattern.compile("[0-9a-z_.-]+");

  private final Supplier<Limits> current;
  private final IntSupplier inFlight;

  /**
   * Limits by these counts.
   *
   * @param limits those of the moment
   * @param inFlight calls going on, the one in question included
   */
  public CallLimits(Supplier<Limits> limits, IntSupplier inFlight) {
    this.current = limits;
    this.inFlight = inFlight;
  }

  /** These attributes of a connection whose calls are all to be refused. */
  public static Attributes surplus(Attributes attributes) {
    return attributes.toBuilder().set(SURPLUS, true).build();
  }

  @Override
  public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
      ServerCall<ReqT, RespT> call, Metadata headers, ServerCallHandler<ReqT, RespT> next) {
    String excess = excess(call.getAttributes(), headers);
    return excess == null
        ? next.startCall(call, headers)
        : Refusal.of(call, Status.RESOURCE_EXHAUSTED.withDescription(excess));
  }

  private @Nullable String excess(Attributes attributes, Metadata headers) {
    Limits limits = current.get();
    if (attributes.get(SURPLUS) != null) {
      return "the gateway has " + limits.connections() + " connections, its limit: try again later";
    }
    if (inFlight.getAsInt() > limits.calls()) {
      return "the gateway has " + limits.calls() + " calls in flight, its limit: try again later";
    }
    int size = size(headers);
    if (size > limits.metadata()) {
      return "metadata of %d bytes is above the gateway's limit of %d"
          .formatted(size, limits.metadata());
    }
    return null;
  }

  private static int size(Metadata headers) {
    int size = 0;
    for (String name : headers.keys()) {
      if (!NAME.matcher(name).matches()) {
        continue;
      }
      if (name.endsWith(Metadata.BINARY_HEADER_SUFFIX)) {
        var key = Metadata.Key.of(name, Metadata.BINARY_BYTE_MARSHALLER);
        for (byte[] value : all(headers, key)) {
          // Base64, as it travels.
          size += name.length() + (value.length + 2) / 3 * 4 + ENTRY_OVERHEAD;
        }
      } else {
        var key = Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
        for (String value : all(headers, key)) {
          size += name.length() + value.length() + ENTRY_OVERHEAD;
        }
      }
    }
    return size;
  }

  private static <T> Iterable<T> all(Metadata headers, Metadata.Key<T> key) {
    Iterable<T> values = headers.getAll(key);
    return values == null ? List.of() : values;
  }
}
