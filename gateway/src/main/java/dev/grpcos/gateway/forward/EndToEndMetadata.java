package dev.grpcos.gateway.forward;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.grpcos.gateway.call.IncomingCall;
import dev.grpcos.gateway.text.HeaderText;
import io.grpc.InternalMetadata;
import io.grpc.Metadata;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The end-to-end metadata of a call, without the fields of a single hop.
 *
 * <p>The metadata stays unchanged: order, repeated names, binary values. Each transport adds the
 * fields of its own hop. The origin trailer of a server is dropped, because only the gateway sets
 * it.
 *
 * <p>This class uses {@code InternalMetadata}, because the public API creates a set of names and a
 * key for each name in every call. {@code EndToEndMetadataTest} checks that grpc-java behaves as
 * expected.
 *
 * @see <a href="https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md">gRPC over
 *     HTTP/2</a>
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1">RFC 9110, Connection</a>
 */
final class EndToEndMetadata {
  /** The end-to-end names with the prefix {@code grpc-}, by their length. */
  private static final byte[][][] GRPC_END_TO_END =
      names(Set.of("grpc-trace-bin", "grpc-tags-bin", "grpc-status-details-bin"));

  /** The names of fields of a single hop, by their length. */
  private static final byte[][][] HOP = names(HeaderText.HOP);

  private static final byte[] ENCODING = "grpc-encoding".getBytes(US_ASCII);
  private static final byte[] ACCEPT_ENCODING = "grpc-accept-encoding".getBytes(US_ASCII);
  private static final byte[] IDENTITY = "identity".getBytes(US_ASCII);

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

  /** Returns the end-to-end part of these headers or trailers. */
  static EndToEndMetadata of(Metadata received) {
    return new EndToEndMetadata(received);
  }

  /** Returns the metadata, which the caller may extend. */
  Metadata metadata() {
    return metadata;
  }

  /**
   * Returns the encoding of the messages after these headers, or null if they are not compressed.
   */
  @Nullable String encoding() {
    return encoding;
  }

  /** Returns the encodings that the sender of these headers accepts, or null if it lists none. */
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
    return !contains(HOP, name);
  }

  private static boolean startsWithGrpc(byte[] name) {
    return name.length > 5
        && name[0] == 'g'
        && name[1] == 'r'
        && name[2] == 'p'
        && name[3] == 'c'
        && name[4] == '-';
  }

  private static boolean contains(byte[][][] names, byte[] wanted) {
    if (wanted.length >= names.length) {
      return false;
    }
    for (byte[] name : names[wanted.length]) {
      if (Arrays.equals(name, wanted)) {
        return true;
      }
    }
    return false;
  }

  private static byte[][][] names(Set<String> names) {
    int longest = names.stream().mapToInt(String::length).max().orElse(0);
    return IntStream.rangeClosed(0, longest)
        .mapToObj(
            length ->
                names.stream()
                    .filter(name -> name.length() == length)
                    .map(name -> name.getBytes(US_ASCII))
                    .toArray(byte[][]::new))
        .toArray(byte[][][]::new);
  }
}
