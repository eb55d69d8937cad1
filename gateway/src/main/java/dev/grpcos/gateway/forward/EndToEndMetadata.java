package dev.grpcos.gateway.forward;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.grpc.InternalMetadata;
import io.grpc.Metadata;
import java.util.Arrays;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What of a call's metadata is between its two ends, and not about one hop of the way.
 *
 * <p>Everything else stays as it is: order, repeated names, binary values. What is about a hop,
 * each transport says anew for its own.
 *
 * <p>This is the one class that uses {@code InternalMetadata}: the public way costs a set of names
 * and a key for each, for every call. {@code EndToEndMetadataTest} tells when it no longer does
 * what it did.
 *
 * @see <a href="https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md">gRPC over
 *     HTTP/2</a>
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1">RFC 9110, Connection</a>
 */
final class EndToEndMetadata {
  private static final byte[] GRPC = "grpc-".getBytes(US_ASCII);

  /** The names with {@code grpc-} in front that the ends say to each other. */
  private static final byte[][] GRPC_END_TO_END =
      names("grpc-trace-bin", "grpc-tags-bin", "grpc-status-details-bin");

  private static final byte[][] HOP =
      names(
          "connection",
          "content-length",
          "content-type",
          "host",
          "http2-settings",
          "keep-alive",
          "proxy-authenticate",
          "proxy-authorization",
          "proxy-connection",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade",
          "user-agent");

  private static final byte[] ENCODING = "grpc-encoding".getBytes(US_ASCII);

  /** Lengths of the names in {@link #HOP}, as bits: most names are told from them by it. */
  private static final long HOP_LENGTHS =
      Stream.of(HOP).mapToLong(name -> 1L << name.length).reduce(0, (a, b) -> a | b);

  private EndToEndMetadata() {}

  /** These headers or trailers without what is about the hop by which they came. */
  static Metadata of(Metadata metadata) {
    byte[][] all = InternalMetadata.serialize(metadata);
    byte[][] kept = new byte[all.length][];
    int count = 0;
    for (int i = 0; i + 1 < all.length; i += 2) {
      byte[] name = all[i];
      if (name != null && isEndToEnd(name)) {
        kept[count++] = name;
        kept[count++] = all[i + 1];
      }
    }
    return InternalMetadata.newMetadata(count / 2, kept);
  }

  /** How the messages that belong to these headers are compressed; null where they are not. */
  static @Nullable String encoding(Metadata headers) {
    byte[][] all = InternalMetadata.serialize(headers);
    for (int i = 0; i + 1 < all.length; i += 2) {
      if (all[i] != null && Arrays.equals(all[i], ENCODING)) {
        String encoding = new String(all[i + 1], US_ASCII);
        return encoding.equals("identity") ? null : encoding;
      }
    }
    return null;
  }

  private static boolean isEndToEnd(byte[] name) {
    if (startsWithGrpc(name)) {
      return contains(GRPC_END_TO_END, name);
    }
    return name.length >= Long.SIZE
        || (HOP_LENGTHS >>> name.length & 1) == 0
        || !contains(HOP, name);
  }

  private static boolean startsWithGrpc(byte[] name) {
    return name.length > GRPC.length && Arrays.equals(name, 0, GRPC.length, GRPC, 0, GRPC.length);
  }

  private static boolean contains(byte[][] names, byte[] wanted) {
    for (byte[] name : names) {
      if (Arrays.equals(name, wanted)) {
        return true;
      }
    }
    return false;
  }

  private static byte[][] names(String... names) {
    return Stream.of(names).map(name -> name.getBytes(US_ASCII)).toArray(byte[][]::new);
  }
}
