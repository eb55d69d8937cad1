package dev.grpcos.gateway.call;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.airlift.compress.snappy.SnappyFramedOutputStream;
import io.airlift.compress.zstd.ZstdOutputStream;
import io.grpc.Status;
import io.grpc.StatusException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DecompressionTest {
  private static final int LIMIT = 1 << 20;
  private static final byte[] TEXT = "{\"name\":\"you\"}\n".repeat(1_000).getBytes(UTF_8);

  private static byte[] compress(String encoding) throws IOException {
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    try (OutputStream out = stream(encoding, compressed)) {
      out.write(TEXT);
    }
    return compressed.toByteArray();
  }

  private static OutputStream stream(String encoding, OutputStream target) throws IOException {
    return switch (encoding) {
      case "gzip" -> new GZIPOutputStream(target);
      case "deflate" -> new DeflaterOutputStream(target);
      case "zstd" -> new ZstdOutputStream(target);
      default -> new SnappyFramedOutputStream(target);
    };
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "deflate", "zstd", "snappy"})
  void messagesAreReadUpToTheLimit(String encoding) throws Exception {
    byte[] compressed = compress(encoding);

    AtomicLong charged = new AtomicLong();
    assertThat(Decompression.decompress(encoding, compressed, TEXT.length, charged::addAndGet))
        .isEqualTo(TEXT);
    assertThat(charged).hasValue(TEXT.length);
    assertThatThrownBy(
            () -> Decompression.decompress(encoding, compressed, TEXT.length - 1, bytes -> {}))
        .isInstanceOfSatisfying(
            StatusException.class,
            e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED));
  }

  @Test
  void zstdFrameWithoutASizeFailsWithAStatus() {
    byte[] bytes = HexFormat.of().parseHex("28b52ffdf09d0ae95c00b3859555390e5663790e323563618edd");
    assertThatThrownBy(() -> Decompression.decompress("zstd", bytes, LIMIT, part -> {}))
        .isInstanceOfSatisfying(
            StatusException.class,
            e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.INTERNAL));
  }

  @Test
  void invalidBytesFailWithAStatus() throws Exception {
    Random random = new Random(7);
    for (String encoding : List.of("gzip", "deflate", "br", "zstd", "snappy")) {
      byte[] valid = encoding.equals("br") ? new byte[200] : compress(encoding);
      int refused = 0;
      for (int i = 0; i < 500; i++) {
        byte[] bytes = valid.clone();
        for (int k = 0; k < 4; k++) {
          bytes[random.nextInt(Math.min(40, bytes.length))] = (byte) random.nextInt();
        }
        try {
          assertThat(Decompression.decompress(encoding, bytes, LIMIT, part -> {}))
              .hasSizeLessThan(LIMIT);
        } catch (StatusException e) {
          refused++;
        }
      }
      assertThat(refused).as(encoding).isPositive();
    }
  }
}
