package dev.grpcos.gateway.http;

import dev.grpcos.gateway.call.Gzip;
import io.grpc.StatusException;
import java.util.function.LongConsumer;

/**
 * A message in the form in which the client sent it.
 *
 * @param compressed whether the bytes are gzip, unless there are none
 * @param line the number of its first line, for errors
 * @param limit the maximum number of bytes after decompression
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record ReceivedMessage(byte[] bytes, boolean compressed, long line, int limit) {
  /** The size of a message above which an event loop does not convert it: about a millisecond. */
  static final int LARGE = 64 << 10;

  /** The size above which compressed bytes may contain a message that is much too large. */
  private static final int LARGE_COMPRESSED = 1 << 10;

  /**
   * The bytes that a conversion of JSON needs for each byte of a large text: its strings, the
   * message and the encoded message.
   */
  static final int CONVERSION = 4;

  /** Returns whether {@link #encoded} would block an event loop too long. */
  boolean isLarge(MessageCodec codec) {
    return compressed
        ? bytes.length > LARGE_COMPRESSED
        : codec != MessageCodec.PROTO && bytes.length > LARGE;
  }

  /**
   * Returns the encoded message.
   *
   * @param charge receives the sizes of decompressed parts, and of other forms of a large message;
   *     may throw StatusRuntimeException
   * @throws StatusException if the bytes are not valid, or are too large
   */
  byte[] encoded(MessageCodec codec, LongConsumer charge) throws StatusException {
    boolean decompresses = compressed && bytes.length > 0;
    byte[] message = decompresses ? Gzip.decompress(bytes, limit, charge) : bytes;
    if (codec != MessageCodec.PROTO && message.length > LARGE) {
      charge.accept((long) CONVERSION * message.length);
    }
    return codec.request(message, line);
  }
}
