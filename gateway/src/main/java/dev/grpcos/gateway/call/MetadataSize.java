package dev.grpcos.gateway.call;

import io.grpc.InternalMetadata;
import io.grpc.Metadata;

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

  /** Returns whether the name ends with {@link Metadata#BINARY_HEADER_SUFFIX}. */
  private static boolean isBinary(byte[] name) {
    int end = name.length;
    return end > 4
        && name[end - 4] == '-'
        && name[end - 3] == 'b'
        && name[end - 2] == 'i'
        && name[end - 1] == 'n';
  }
}
