package dev.grpcos.gateway.call;

import io.grpc.Status;
import io.grpc.StatusException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.zip.GZIPInputStream;
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
   * @param limit the most bytes of the result, from {@code limits.message}
   * @throws StatusException INTERNAL if the bytes are not valid gzip, RESOURCE_EXHAUSTED if the
   *     result is larger than the limit
   */
  public static byte[] decompress(byte[] compressed, int limit) throws StatusException {
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(compressed))) {
      return read(in, limit);
    } catch (IOException e) {
      throw Status.INTERNAL
          .withDescription("compressed message is not valid gzip: " + e.getMessage())
          .withCause(e)
          .asException();
    }
  }

  /** Reads a decompressed message up to its end. */
  static byte[] read(InputStream in, int limit) throws IOException, StatusException {
    byte[] message = in.readNBytes(limit);
    if (in.read() >= 0) {
      throw Status.RESOURCE_EXHAUSTED
          .withDescription(
              "decompressed message exceeds maximum size %d %s"
                  .formatted(limit, Refusal.GATEWAYS_LIMIT))
          .asException();
    }
    return message;
  }
}
