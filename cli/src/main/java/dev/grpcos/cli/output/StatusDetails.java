package dev.grpcos.cli.output;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.Metadata;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The {@code google.rpc.Status} that comes in trailers. */
final class StatusDetails {
  private static final Metadata.Key<byte[]> KEY =
      Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER);

  private StatusDetails() {}

  /** The details in these trailers; none where there are no trailers, or no readable details. */
  static List<Any> of(@Nullable Metadata trailers) {
    byte[] bytes = trailers == null ? null : trailers.get(KEY);
    if (bytes == null) {
      return List.of();
    }
    try {
      return com.google.rpc.Status.parseFrom(bytes).getDetailsList();
    } catch (InvalidProtocolBufferException e) {
      // A broken trailer must not hide the status that it came with.
      return List.of();
    }
  }
}
