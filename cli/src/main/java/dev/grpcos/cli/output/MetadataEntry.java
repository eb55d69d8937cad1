package dev.grpcos.cli.output;

import io.grpc.Metadata;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * One key and value of metadata as text; the value of a {@code -bin} key is base64.
 *
 * @param secret whether the value may be one, by its key
 */
record MetadataEntry(String key, String value, boolean secret) {
  /** What stands in the place of a secret. */
  static final String HIDDEN = "(not shown)";

  private static final Set<String> SECRETS =
      Set.of("authorization", "proxy-authorization", "cookie", "set-cookie");

  /**
   * All entries, sorted by key, but the transport's own, which differ with the way into the
   * gateway. The details of a status are told as what they are.
   */
  static List<MetadataEntry> of(Metadata metadata) {
    List<MetadataEntry> entries = new ArrayList<>();
    for (String key : new TreeSet<>(metadata.keys())) {
      if (key.equals("content-type") || key.startsWith("grpc-")) {
        continue;
      }
      if (key.endsWith(Metadata.BINARY_HEADER_SUFFIX)) {
        for (byte[] value : all(metadata, Metadata.Key.of(key, Metadata.BINARY_BYTE_MARSHALLER))) {
          entries.add(entry(key, Base64.getEncoder().encodeToString(value)));
        }
      } else {
        for (String value : all(metadata, Metadata.Key.of(key, Metadata.ASCII_STRING_MARSHALLER))) {
          entries.add(entry(key, value));
        }
      }
    }
    return entries;
  }

  private static <T> Iterable<T> all(Metadata metadata, Metadata.Key<T> key) {
    Iterable<T> values = metadata.getAll(key);
    return values == null ? Set.of() : values;
  }

  private static MetadataEntry entry(String key, String value) {
    String name =
        key.endsWith(Metadata.BINARY_HEADER_SUFFIX)
            ? key.substring(0, key.length() - Metadata.BINARY_HEADER_SUFFIX.length())
            : key;
    boolean secret = SECRETS.contains(name) || name.endsWith("-token") || name.endsWith("-key");
    return new MetadataEntry(key, value, secret);
  }
}
