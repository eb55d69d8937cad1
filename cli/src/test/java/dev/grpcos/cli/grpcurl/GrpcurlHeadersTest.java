package dev.grpcos.cli.grpcurl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grpcos.cli.failure.CliException;
import io.grpc.Metadata;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class GrpcurlHeadersTest {
  private static String read(boolean expand, String... headers) {
    Metadata metadata = new Metadata();
    new GrpcurlHeaders(expand ? Map.of("NAME", "value")::get : null)
        .addTo(metadata, List.of(headers));
    return GrpcurlMetadata.text(metadata);
  }

  @Test
  void namesAreLowerCaseAndValuesMayBeMissing() {
    assertThat(read(false, "Tenant: a ", "tenant:b", "empty", ""))
        .isEqualTo("empty: \ntenant: a\ntenant: b");
    assertThat(read(false)).isEqualTo("(empty)");
  }

  @Test
  void binaryValuesAreAnyBase64OrTheBytesThemselves() {
    assertThat(read(false, "a-bin: AAEC", "b-bin: _-8", "c-bin: no base64!"))
        .isEqualTo("a-bin: AAEC\nb-bin: /+8=\nc-bin: bm8gYmFzZTY0IQ==");
  }

  @Test
  void keysOfGrpcAreIgnored() {
    assertThat(read(false, "content-type: x", "grpc-timeout: 1S", "TE: x", "grpc-tags-bin: AA"))
        .isEqualTo("grpc-tags-bin: AA==");
  }

  @Test
  void variablesAreExpandedOnRequest() {
    assertThat(read(true, "a: <${NAME}${NAME}>", "b: $NAME"))
        .isEqualTo("a: <valuevalue>\nb: $NAME");
    assertThat(read(false, "a: ${NAME}")).isEqualTo("a: ${NAME}");
    assertThatThrownBy(() -> read(true, "a: ${OTHER}"))
        .isInstanceOf(CliException.class)
        .hasMessageContaining("OTHER");
  }

  @Test
  void possibleSecretsAreNotShown() {
    assertThat(read(false, "authorization: Bearer x")).doesNotContain("Bearer");
    assertThatThrownBy(() -> read(false, "authorization: Bearer \u00e9"))
        .isInstanceOf(CliException.class)
        .hasMessageNotContaining("Bearer");
  }
}
