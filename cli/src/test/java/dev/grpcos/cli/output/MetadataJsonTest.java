package dev.grpcos.cli.output;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.gateway.json.JsonText;
import io.grpc.Metadata;
import org.junit.jupiter.api.Test;

final class MetadataJsonTest {
  private final Metadata metadata = new Metadata();

  private void put(String key, String value) {
    metadata.put(Metadata.Key.of(key, Metadata.ASCII_STRING_MARSHALLER), value);
  }

  private String json(boolean secrets) {
    JsonText text = new JsonText();
    MetadataJson.write(metadata, secrets, text);
    return new String(text.array(), 0, text.length(), UTF_8);
  }

  @Test
  void noMetadataIsAnEmptyObject() {
    assertThat(json(true)).isEqualTo("{}");
  }

  @Test
  void valuesAreArraysAndKeysAreSorted() {
    put("b", "1");
    put("a", "\"x\"");
    put("b", "2");
    assertThat(json(true)).isEqualTo("{\"a\":[\"\\\"x\\\"\"],\"b\":[\"1\",\"2\"]}");
  }

  @Test
  void binaryValuesAreBase64() {
    metadata.put(
        Metadata.Key.of("t-bin", Metadata.BINARY_BYTE_MARSHALLER), new byte[] {(byte) 0xfb, 1});
    assertThat(json(true)).isEqualTo("{\"t-bin\":[\"+wE=\"]}");
  }

  @Test
  void keysOfTheTransportAreLeftOut() {
    put("content-type", "application/grpc");
    put("grpc-encoding", "gzip");
    assertThat(json(true)).isEqualTo("{}");
  }

  @Test
  void secretsAreHiddenByTheirKeys() {
    for (String key : new String[] {"authorization", "cookie", "x-api-key", "my-token", "plain"}) {
      put(key, "value");
    }
    metadata.put(Metadata.Key.of("a-token-bin", Metadata.BINARY_BYTE_MARSHALLER), new byte[] {1});
    assertThat(json(false))
        .isEqualTo(
            "{\"a-token-bin\":[\"(not shown)\"],\"authorization\":[\"(not shown)\"],"
                + "\"cookie\":[\"(not shown)\"],\"my-token\":[\"(not shown)\"],"
                + "\"plain\":[\"value\"],\"x-api-key\":[\"(not shown)\"]}");
    assertThat(json(true)).doesNotContain("not shown");
  }
}
