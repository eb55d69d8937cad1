package dev.grpcos.gateway.forward;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.grpcos.gateway.call.IncomingCall;
import io.grpc.InternalMetadata;
import io.grpc.Metadata;
import java.util.Arrays;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The metadata of a call that concerns its two ends, without what concerns one hop.
 *
 * <p>The rest stays as it is: order, repeated names, binary values. Each transport adds what
 * concerns its own hop. An origin that a server claims is dropped, because only the gateway sets
 * it.
 *
 * <p>It uses {@code InternalMetadata}, since the public way costs a set of names and a key for
 * each, for every call. {@code EndToEndMetadataTest} holds grpc-java to what is expected of that.
 *
 * @see <a href="https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md">gRPC over
 *     HTTP/2</a>
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1">RFC 9110, Connection</a>
 */
final class EndToEndMetadata {
  private static final byte[] GRPC = "grpc-".getBytes(US_ASCII);

  /** The names with the prefix {@code grpc-} that are between the ends. */
  private static final byte[][] GRPC_END_TO_END =
      names("grpc-trace-bin", "grpc-tags-bin", "grpc-status-details-bin");

  private static final byte[][] HOP =
      names(
          "connection",
          "content-length",
          "content-type",
          "grpcos-origin",
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
  private static final byte[] ACCEPT_ENCODING = "grpc-accept-encoding".getBytes(US_ASCII);
  private static final byte[] IDENTITY = "identity".getBytes(US_ASCII);

  /** Lengths of the names in {@link #HOP}, as bits, which exclude most other names. */
  private static final long HOP_LENGTHS =
      Stream.of(HOP).mapToLong(name -> 1L << name.length).reduce(0, (a, b) -> a | b);

  private final Metadata metadata;
  private @Nullable String encoding;
  private byte @Nullable [] acceptEncoding;

  private EndToEndMetadata(Metadata received) {
    byte[][] all = InternalMetadata.serialize(received);
    byte[][] kept = new byte[all.length][];
    int count = 0;
    for (int i = 0; i + 1 < all.length; i += 2) {
      byte[] name = all[i];
      if (name != null && isEndToEnd(name, all[i + 1])) {
        kept[count++] = name;
        kept[count++] = all[i + 1];
      }
    }
    metadata = InternalMetadata.newMetadata(count / 2, kept);
  }

  /** Returns what of these headers or trailers concerns the ends. */
  static EndToEndMetadata of(Metadata received) {
    return new EndToEndMetadata(received);
  }

  /** Returns the metadata, which may be added to. */
  Metadata metadata() {
    return metadata;
  }

  /** Returns how the messages that follow these headers are compressed, or null if they are not. */
  @Nullable String encoding() {
    return encoding;
  }

  /** Returns the encodings that the sender of these headers accepts, or null if it names none. */
  byte @Nullable [] acceptEncoding() {
    return acceptEncoding;
  }

  private boolean isEndToEnd(byte[] name, byte[] value) {
    if (startsWithGrpc(name)) {
      if (Arrays.equals(name, ENCODING)) {
        encoding = Arrays.equals(value, IDENTITY) ? null : new String(value, US_ASCII);
        return false;
      }
      if (Arrays.equals(name, ACCEPT_ENCODING)) {
        if (!IncomingCall.isAdded(value)) {
          acceptEncoding = value;
        }
        return false;
      }
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
