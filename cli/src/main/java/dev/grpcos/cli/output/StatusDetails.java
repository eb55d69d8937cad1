package dev.grpcos.cli.output;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.Metadata;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The {@code google.rpc.Status} in trailers. */
public final class StatusDetails {
  private static final Metadata.Key<byte[]> KEY =
      Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER);

  private StatusDetails() {}

  /** Returns the details in the trailers; none without trailers or readable details. */
  public static List<Any> of(@Nullable Metadata trailers) {
    byte[] bytes = trailers == null ? null : trailers.get(KEY);
    if (bytes == null) {
      return List.of();
    }
    try {
      return com.google.rpc.Status.parseFrom(bytes).getDetailsList();
    } catch (InvalidProtocolBufferException e) {
      // An invalid trailer must not hide the status.
      return List.of();
    }
  }
}
