package dev.grpcos.gateway.forward;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Metadata;
import org.junit.jupiter.api.Test;

/** Also checks the assumptions about {@code InternalMetadata}. */
class EndToEndMetadataTest {
  private static Metadata.Key<String> key(String name) {
    return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
  }

  private static Metadata.Key<byte[]> binary(String name) {
    return Metadata.Key.of(name, Metadata.BINARY_BYTE_MARSHALLER);
  }

  @Test
  void endToEndNamesKeepTheirOrder() {
    Metadata metadata = new Metadata();
    metadata.put(key("x-a"), "1");
    metadata.put(key("x-b"), "2");
    metadata.put(key("x-a"), "3");
    metadata.put(binary("x-bin"), new byte[] {1, 2});
    metadata.put(binary("grpc-status-details-bin"), new byte[] {3});
    metadata.put(binary("grpc-trace-bin"), new byte[] {4});
    metadata.put(binary("grpc-tags-bin"), new byte[] {5});
    Metadata kept = EndToEndMetadata.of(metadata).metadata();

    assertThat(kept.getAll(key("x-a"))).containsExactly("1", "3");
    assertThat(kept.get(key("x-b"))).isEqualTo("2");
    assertThat(kept.get(binary("x-bin"))).containsExactly(1, 2);
    assertThat(kept.keys()).contains("grpc-status-details-bin", "grpc-trace-bin", "grpc-tags-bin");
  }

  @Test
  void hopNamesAreDropped() {
    Metadata metadata = new Metadata();
    for (String name :
        new String[] {
          "connection",
          "keep-alive",
          "te",
          "host",
          "user-agent",
          "content-type",
          "grpc-timeout",
          "grpc-encoding",
          "grpc-accept-encoding",
          "grpc-previous-rpc-attempts",
          "grpcos-origin",
          "grpc-message"
        }) {
      metadata.put(key(name), "v");
    }

    assertThat(EndToEndMetadata.of(metadata).metadata().keys()).isEmpty();
  }

  @Test
  void keptMetadataCanBeExtended() {
    Metadata metadata = new Metadata();
    metadata.put(key("x-a"), "1");
    metadata.put(key("te"), "trailers");
    Metadata kept = EndToEndMetadata.of(metadata).metadata();
    kept.put(key("x-b"), "2");
    kept.discardAll(key("x-a"));

    assertThat(kept.keys()).containsExactly("x-b");
    assertThat(metadata.get(key("x-a"))).as("the original").isEqualTo("1");
  }

  @Test
  void encodingIsReadUnlessItIsIdentity() {
    Metadata metadata = new Metadata();
    assertThat(EndToEndMetadata.of(metadata).encoding()).isNull();
    metadata.put(key("grpc-encoding"), "identity");
    assertThat(EndToEndMetadata.of(metadata).encoding()).isNull();
    metadata.discardAll(key("grpc-encoding"));
    metadata.put(key("grpc-encoding"), "gzip");
    assertThat(EndToEndMetadata.of(metadata).encoding()).isEqualTo("gzip");
  }
}
