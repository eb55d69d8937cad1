package dev.grpcos.gateway.call;

import dev.grpcos.gateway.json.Redaction;
import dev.grpcos.gateway.text.PrintableText;
import io.grpc.InternalMetadata;
import io.grpc.Metadata;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;

/**
 * One key and value of metadata as text; the value of a {@code -bin} key is base64.
 *
 * @param secret whether the value may be a secret, by its key
 */
public record MetadataEntry(String key, String value, boolean secret) {
  /**
   * Returns all entries, sorted by key, except those of the transport, which depend on the route
   * into the gateway, and the details of a status, which are printed as such.
   */
  public static List<MetadataEntry> of(Metadata metadata) {
    return of(InternalMetadata.serialize(metadata));
  }

  /** Returns the entries of serialized metadata, as {@link #of(Metadata)} does. */
  public static List<MetadataEntry> of(byte[][] serialized) {
    return all(serialized).stream()
        .filter(entry -> !entry.key.equals("content-type") && !entry.key.startsWith("grpc-"))
        .toList();
  }

  /**
   * Returns all entries, sorted by key, except pseudo-headers.
   *
   * <p>It reads the serialized form, because {@code Metadata.Key} throws for the names that a
   * server can send and gRPC does not permit, such as {@code x+y}, or {@code :status} among
   * trailers.
   */
  public static List<MetadataEntry> all(Metadata metadata) {
    return all(InternalMetadata.serialize(metadata));
  }

  private static List<MetadataEntry> all(byte[][] serialized) {
    List<MetadataEntry> entries = new ArrayList<>();
    for (int i = 0; i + 1 < serialized.length; i += 2) {
      String key = new String(serialized[i], StandardCharsets.UTF_8);
      if (!key.startsWith(":")) {
        byte[] value = serialized[i + 1];
        entries.add(
            entry(
                key,
                key.endsWith(Metadata.BINARY_HEADER_SUFFIX)
                    ? Base64.getEncoder().encodeToString(value)
                    : new String(value, StandardCharsets.UTF_8)));
      }
    }
    entries.sort(Comparator.comparing(MetadataEntry::key));
    return entries;
  }

  /** Returns the value without control characters, or a note if it may be a secret. */
  public String shown() {
    return secret ? Redaction.HIDDEN : PrintableText.line(value);
  }

  private static MetadataEntry entry(String key, String value) {
    return new MetadataEntry(key, value, Redaction.isSecret(key));
  }
}
