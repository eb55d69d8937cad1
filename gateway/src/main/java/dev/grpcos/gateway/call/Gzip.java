package dev.grpcos.gateway.call;

import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.function.LongConsumer;
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
    try (InputStream in =
        new ChargedStream(new GZIPInputStream(new ByteArrayInputStream(compressed)), charge)) {
      return read(in, limit);
    } catch (StatusRuntimeException e) {
      throw e.getStatus().withCause(e).asException();
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

  /** Charges each part that is read. */
  static final class ChargedStream extends FilterInputStream {
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
