package dev.grpcos.gateway.call;

import io.airlift.compress.MalformedInputException;
import io.airlift.compress.snappy.SnappyFramedInputStream;
import io.airlift.compress.zstd.ZstdInputStream;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.LongConsumer;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;
import org.brotli.dec.BrotliInputStream;

/** Decompresses messages in each encoding that the gateway accepts. */
public final class Decompression {
  private Decompression() {}

  /**
   * Decompresses a message.
   *
   * @param encoding the value of {@code grpc-encoding}
   * @param limit the maximum number of bytes of the result, from {@code limits.message}
   * @param charge receives the size of each part of the result; may throw StatusRuntimeException
   * @throws StatusException INTERNAL if the bytes are invalid, RESOURCE_EXHAUSTED if the result is
   *     larger than the limit, or the status of {@code charge}
   */
  public static byte[] decompress(
      String encoding, byte[] compressed, int limit, LongConsumer charge) throws StatusException {
    try (InputStream in =
        new ChargedStream(stream(encoding, new ByteArrayInputStream(compressed)), charge)) {
      return read(in, limit);
    } catch (StatusRuntimeException e) {
      throw e.getStatus().withCause(e).asException();
    } catch (IOException
        | MalformedInputException
        | IndexOutOfBoundsException
        | ArithmeticException
        | IllegalStateException e) {
      // The decoder of zstd throws the last three for some invalid bytes.
      throw Status.INTERNAL
          .withDescription("compressed message is not valid " + encoding + ": " + e.getMessage())
          .withCause(e)
          .asException();
    }
  }

  private static InputStream stream(String encoding, InputStream compressed) throws IOException {
    return switch (encoding) {
      case Encodings.GZIP -> new GZIPInputStream(compressed);
      case "deflate" -> new InflaterInputStream(compressed);
      case "br" -> new BrotliInputStream(compressed);
      case "zstd" -> new ZstdInputStream(compressed);
      case "snappy" -> new SnappyFramedInputStream(compressed);
      default -> throw new IOException("the encoding is unknown");
    };
  }

  /** Reads a decompressed message up to its end. */
  private static byte[] read(InputStream in, int limit) throws IOException, StatusException {
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

  /** Charges each part that is read. */
  private static final class ChargedStream extends FilterInputStream {
    private final LongConsumer charge;

    ChargedStream(InputStream in, LongConsumer charge) {
      super(in);
      this.charge = charge;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      int count = super.read(target, offset, length);
      if (count > 0) {
        charge.accept(count);
      }
      return count;
    }
  }
}
