package dev.grpcos.cli.output;

import io.grpc.InternalMetadata;
import io.grpc.Metadata;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * One key and value of metadata as text; the value of a {@code -bin} key is base64.
 *
 * @param secret whether the value may be a secret, by its key
 */
record MetadataEntry(String key, String value, boolean secret) {
  /** Replaces a secret. */
  static final String HIDDEN = "(not shown)";

  /**
   * Words of keys whose values are secrets. Only whole words count, so that {@code x-author} and
   * {@code x-ratelimit-remaining-tokens} are shown.
   */
  private static final Set<String> SECRET_WORDS =
      Set.of(
          "auth",
          "authorization",
          "cookie",
          "credential",
          "jwt",
          "key",
          "password",
          "secret",
          "session",
          "token");

  /** Separates the words of a key. */
  private static final Pattern SEPARATOR = Pattern.compile("[-_.]");

  /**
   * Returns all entries, sorted by key, except those of the transport, which depend on the route
   * into the gateway, and the details of a status, which are printed as such.
   *
   * <p>It reads the serialized form, because {@code Metadata.Key} throws for the names that a
   * server can send and gRPC does not permit, such as {@code x+y}, or {@code :status} among
   * trailers.
   */
  static List<MetadataEntry> of(Metadata metadata) {
    byte[][] serialized = InternalMetadata.serialize(metadata);
    List<MetadataEntry> entries = new ArrayList<>();
    for (int i = 0; i + 1 < serialized.length; i += 2) {
      String key = new String(serialized[i], StandardCharsets.UTF_8);
      if (!key.equals("content-type") && !key.startsWith("grpc-") && !key.startsWith(":")) {
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

  private static MetadataEntry entry(String key, String value) {
    boolean secret =
        SEPARATOR.splitAsStream(key.toLowerCase(Locale.ROOT)).anyMatch(SECRET_WORDS::contains);
    return new MetadataEntry(key, value, secret);
  }
}
