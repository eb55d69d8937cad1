package dev.grpcos.cli.grpcurl;

import dev.grpcos.gateway.call.MetadataEntry;
import io.grpc.Metadata;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Metadata as text, one line for each value, sorted by key, without the keys that only gRPC uses.
 * Possible secrets are hidden.
 */
final class GrpcurlMetadata {
  /** The keys that clients in Go do not show. */
  private static final Set<String> INTERNAL =
      Set.of("grpc-encoding", "grpc-message", "grpc-message-type", "grpc-status", "te");

  private GrpcurlMetadata() {}

  static String text(Metadata metadata) {
    List<MetadataEntry> entries =
        MetadataEntry.all(metadata).stream()
            .filter(entry -> !INTERNAL.contains(entry.key()))
            .toList();
    return entries.isEmpty()
        ? "(empty)"
        : entries.stream()
            .map(entry -> entry.key() + ": " + entry.shown())
            .collect(Collectors.joining("\n"));
  }
}
