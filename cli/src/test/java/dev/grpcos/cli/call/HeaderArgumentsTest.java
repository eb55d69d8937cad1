package dev.grpcos.cli.call;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grpcos.cli.failure.CliException;
import dev.grpcos.cli.failure.ExitCode;
import dev.grpcos.gateway.json.FieldArguments.FileOpener;
import io.grpc.Metadata;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class HeaderArgumentsTest {
  private static final Map<String, String> VARIABLES = Map.of("WHO", "Ada $1", "EMPTY", "");

  private static final Map<String, String> FILES =
      Map.of("two", "k: 1\n\n k: 3\n", "bad", "a: b\nsecret stuff\n");

  /** Returns the metadata for these arguments. */
  private static Metadata read(boolean expand, String... arguments) {
    Metadata metadata = new Metadata();
    FileOpener files =
        name -> {
          String content = FILES.get(name);
          if (content == null) {
            throw new IOException("No such file or directory");
          }
          return new ByteArrayInputStream(content.getBytes(UTF_8));
        };
    new HeaderArguments("-H", files, expand ? VARIABLES::get : null)
        .addTo(metadata, List.of(arguments));
    return metadata;
  }

  private static @Nullable String value(Metadata metadata, String key) {
    return metadata.get(Metadata.Key.of(key, Metadata.ASCII_STRING_MARSHALLER));
  }

  @Test
  void keyIsLowerCaseAndValueIsStripped() {
    assertThat(value(read(false, "X-Tenant:  acme, inc \t"), "x-tenant")).isEqualTo("acme, inc");
    assertThat(value(read(false, "x-empty:"), "x-empty")).isEmpty();
  }

  @Test
  void valuesOfOneKeyKeepTheirOrder() {
    Metadata metadata = read(false, "k: 2", "@two", "k: 0");
    assertThat(metadata.getAll(Metadata.Key.of("k", Metadata.ASCII_STRING_MARSHALLER)))
        .containsExactly("2", "1", "3", "0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"++//", "--__", "+-/_"})
  void binaryValueIsBase64OfBothAlphabets(String base64) {
    assertThat(
            read(false, "a-bin: " + base64)
                .get(Metadata.Key.of("a-bin", Metadata.BINARY_BYTE_MARSHALLER)))
        .containsExactly(0xfb, 0xef, 0xff);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a-bin: AA==", "a-bin: AA"})
  void paddingOfBase64IsOptional(String header) {
    assertThat(read(false, header).get(Metadata.Key.of("a-bin", Metadata.BINARY_BYTE_MARSHALLER)))
        .containsExactly(0);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "no colon              | no colon",
        "a b: c                | -H 'a b'",
        ": c                   | letters, digits",
        ":path: /x             | reserved for HTTP/2",
        "grpc-timeout: 1S      | --deadline",
        "GRPC-Encoding: gzip   | grpc-",
        "user-agent: x         | --user-agent",
        "TE: trailers          | choose another",
        "content-type: x       | choose another",
        "a-bin: !!             | base64",
        "a: \u00fc             | printable ASCII",
      })
  void invalidHeaderIsAUsageErrorThatNamesIt(String header, String words) {
    assertThatThrownBy(() -> read(false, header))
        .isInstanceOfSatisfying(
            CliException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.USAGE))
        .hasMessageContaining(words);
  }

  @Test
  void errorInAFileNamesTheLineButNotItsContent() {
    assertThatThrownBy(() -> read(false, "@bad"))
        .hasMessageStartingWith("bad, line 2: ")
        .hasMessageNotContaining("secret");
  }

  @Test
  void unreadableFileIsALocalFailure() {
    assertThatThrownBy(() -> read(false, "@none"))
        .isInstanceOfSatisfying(
            CliException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.FAILURE))
        .hasMessageContaining("No such file or directory");
    assertThatThrownBy(() -> read(false, "@")).hasMessageContaining("file name");
    assertThatThrownBy(() -> read(false, "@-")).hasMessageContaining("@/dev/stdin");
  }

  @Test
  void variablesAreExpandedInValuesOnRequest() {
    assertThat(value(read(true, "k: <${WHO}>"), "k")).isEqualTo("<Ada $1>");
    assertThat(value(read(true, "k: a${EMPTY}b"), "k")).isEqualTo("ab");
    assertThat(value(read(true, "k: $${WHO} $WHO"), "k")).isEqualTo("${WHO} $WHO");
    assertThat(value(read(false, "k: ${WHO}"), "k")).isEqualTo("${WHO}");
    assertThatThrownBy(() -> read(true, "k: ${NONE}")).hasMessageContaining("NONE is not set");
  }
}
