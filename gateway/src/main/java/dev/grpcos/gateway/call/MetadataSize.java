package dev.grpcos.gateway.call;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.grpc.InternalMetadata;
import io.grpc.Metadata;
import java.util.Arrays;

/**
 * The size of metadata, as HTTP/2 counts it.
 *
 * <p>It uses {@code InternalMetadata}, because every call is measured: the public API creates a set
 * of names, and a key and a list for each name.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9113#section-6.5.2">RFC 9113, section 6.5.2</a>
 */
final class MetadataSize {
  /** The size of each entry in addition to its name and value. */
  private static final int ENTRY_OVERHEAD = 32;

  private static final byte[] BINARY = Metadata.BINARY_HEADER_SUFFIX.getBytes(US_ASCII);

  private MetadataSize() {}

  static int of(Metadata metadata) {
    byte[][] entries = InternalMetadata.serialize(metadata);
    int size = 0;
    for (int i = 0; i + 1 < entries.length; i += 2) {
      byte[] name = entries[i];
      byte[] value = entries[i + 1];
      if (name != null && value != null && !IncomingCall.isAdded(value)) {
        // A binary value is sent as Base64.
        int length = isBinary(name) ? (value.length + 2) / 3 * 4 : value.length;
        size += name.length + length + ENTRY_OVERHEAD;
      }
    }
    return size;
  }

  private static boolean isBinary(byte[] name) {
    int from = name.length - BINARY.length;
    return from > 0 && Arrays.equals(name, from, name.length, BINARY, 0, BINARY.length);
  }
}
