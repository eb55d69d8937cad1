package dev.grpcos.gateway.call;

import io.grpc.StatusException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.LongConsumer;
import java.util.zip.GZIPOutputStream;

/** Compresses and decompresses whole messages in memory. */
public final class Gzip {
  private Gzip() {}

  public static byte[] compress(byte[] message) {
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(compressed)) {
      out.write(message);
    } catch (IOException e) {
      throw new UncheckedIOException("a message in memory", e);
    }
    return compressed.toByteArray();
  }

  /**
   * Decompresses a message.
   *
   * @param limit the maximum number of bytes of the result, from {@code limits.message}
   * @throws StatusException INTERNAL if the bytes are not valid gzip, RESOURCE_EXHAUSTED if the
   *     result is larger than the limit
   */
  public static byte[] decompress(byte[] compressed, int limit) throws StatusException {
    return decompress(compressed, limit, bytes -> {});
  }

  /**
   * Decompresses a message whose memory is charged.
   *
   * @param charge receives the size of each part of the result; may throw StatusRuntimeException
   * @throws StatusException as without charge, or with the status of {@code charge}
   */
  public static byte[] decompress(byte[] compressed, int limit, LongConsumer charge)
      throws StatusException {
    return Decompression.decompress(Encodings.GZIP, compressed, limit, charge);
  }
}
