package dev.grpcos.gateway.call;

import io.airlift.compress.MalformedInputException;
import io.airlift.compress.snappy.SnappyFramedInputStream;
import io.airlift.compress.zstd.ZstdInputStream;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.LongConsumer;
import java.util.zip.InflaterInputStream;
import org.brotli.dec.BrotliInputStream;

/** Decompresses messages in each encoding that the gateway accepts. */
public final class Decompression {
  private Decompression() {}

  /**
   * Decompresses a message.
   *
   * @param encoding the value of {@code grpc-encoding}
   * @param limit the most bytes of the result, from {@code limits.message}
   * @param charge receives the size of each part of the result; may throw StatusRuntimeException
   * @throws StatusException INTERNAL if the bytes are invalid, RESOURCE_EXHAUSTED if the result is
   *     larger than the limit, or the status of {@code charge}
   */
  public static byte[] decompress(
      String encoding, byte[] compressed, int limit, LongConsumer charge) throws StatusException {
    if (encoding.equals(Encodings.GZIP)) {
      return Gzip.decompress(compressed, limit, charge);
    }
    try (InputStream in =
        new Gzip.ChargedStream(stream(encoding, new ByteArrayInputStream(compressed)), charge)) {
      return Gzip.read(in, limit);
    } catch (StatusRuntimeException e) {
      throw e.getStatus().withCause(e).asException();
    } catch (IOException
        | MalformedInputException
        | IndexOutOfBoundsException
        | ArithmeticException e) {
      // The decoder of zstd throws the last two for some invalid bytes.
      throw Status.INTERNAL
          .withDescription("compressed message is not valid " + encoding + ": " + e.getMessage())
          .withCause(e)
          .asException();
    }
  }

  private static InputStream stream(String encoding, InputStream compressed) throws IOException {
    return switch (encoding) {
      case "deflate" -> new InflaterInputStream(compressed);
      case "br" -> new BrotliInputStream(compressed);
      case "zstd" -> new ZstdInputStream(compressed);
      case "snappy" -> new SnappyFramedInputStream(compressed);
      default -> throw new IOException("the encoding is unknown");
    };
  }
}
