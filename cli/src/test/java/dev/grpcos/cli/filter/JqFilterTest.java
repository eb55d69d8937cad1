package dev.grpcos.cli.filter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grpcos.cli.failure.CallFailedException;
import dev.grpcos.cli.failure.CliException;
import dev.grpcos.cli.failure.ExitCode;
import dev.grpcos.gateway.json.JsonText;
import io.grpc.Context;
import io.grpc.Status;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class JqFilterTest {
  private static JqFilter compile(String expression, boolean raw) {
    return JqFilter.compile(
        expression,
        "response",
        new PrintedResults(
            (value, stream) -> {
              stream.write(value.array(), 0, value.length());
              stream.write('\n');
            },
            raw,
            false));
  }

  private static String filter(String expression, String value) throws IOException {
    return filter(compile(expression, false), value);
  }

  private static String filter(JqFilter filter, String value) throws IOException {
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    filter.write(json(value), written);
    return written.toString(UTF_8);
  }

  private static JsonText json(String value) {
    JsonText text = new JsonText();
    text.put(value.getBytes(UTF_8));
    return text;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        ".a        | {\"a\":{\"b\":[1,null,true]}} | {\"b\":[1,null,true]}",
        ".[]       | [\"\u00fc\\u0000\",{}]        | `\"\u00fc\\u0000\"\n{}`",
        ".         | 12345678901234567890          | 12345678901234567890",
        ".         | 1.50                          | 1.5",
        "nan       | {}                            | null",
        "infinite  | {}                            | 1.7976931348623157e+308",
        "-infinite | {}                            | -1.7976931348623157e+308",
        "empty     | {}                            | ``",
      })
  void eachResultIsOneLine(String expression, String value, String results) throws IOException {
    assertThat(filter(expression, value)).isEqualTo(results.isEmpty() ? "" : results + "\n");
  }

  @Test
  void rawOutputPrintsStringsWithoutQuotes() throws IOException {
    JqFilter raw = compile(".[]", true);
    assertThat(filter(raw, "[\"a\\nb\",[\"c\"]]")).isEqualTo("a\nb\n[\"c\"]\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        ".a .b)          | line 1, column 6",
        "{a              | ends too early",
        "frobnicate      | frobnicate",
        "$who            | who",
        "env             | env",
        "$ENV            | ENV",
      },
      ignoreLeadingAndTrailingWhitespace = true)
  void expressionThatDoesNotCompileIsAUsageError(String expression, String words) {
    assertThatThrownBy(() -> compile(expression, false))
        .isInstanceOfSatisfying(
            CliException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.USAGE))
        .hasMessageStartingWith("--jq")
        .hasMessageContaining(words);
  }

  @Test
  void failureNamesTheResponseAndKeepsTheResultsBeforeIt() throws IOException {
    JqFilter filter = compile(".[] | tonumber", false);
    assertThat(filter(filter, "[\"1\"]")).isEqualTo("1\n");
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    assertThatThrownBy(() -> filter.write(json("[\"2\",\"x\"]"), written))
        .isInstanceOfSatisfying(
            CliException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.FAILURE))
        .hasMessageContaining("response 2");
    assertThat(written).hasToString("2\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(\"x\" * 10000) as $x | [range(1e12) | $x + $x] | length",
        "reduce range(100) as $i (\"x\"; . + .) | length"
      })
  void memoryIsLimited(String expression) {
    assertThatThrownBy(() -> filter(expression, "{}"))
        .isInstanceOfSatisfying(
            CliException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.FAILURE))
        .hasMessageMatching("--jq .* more than \\d+ MiB of memory.*the limit; .* jq");
  }

  @Test
  void endlessRecursionIsAFailure() {
    assertThatThrownBy(() -> filter("def f: 1 + f; f", "{}"))
        .isInstanceOf(CliException.class)
        .hasMessageContaining("recurses too deep");
  }

  @Test
  void cancellationEndsAFilterWithoutResults() {
    Context.CancellableContext caller = Context.current().withCancellation();
    caller.cancel(null);
    Context previous = caller.attach();
    try {
      JqFilter filter = compile("range(infinite) | empty", false);
      assertThatThrownBy(() -> filter(filter, "{}"))
          .isInstanceOfSatisfying(
              CallFailedException.class,
              e -> assertThat(e.status().getCode()).isEqualTo(Status.Code.CANCELLED));
    } finally {
      caller.detach(previous);
    }
  }

  @Test
  void failureOfTheOutputIsPassedOn() {
    OutputStream full =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("No space left on device");
          }
        };
    assertThatThrownBy(() -> compile(".", false).write(json("1"), full))
        .isInstanceOf(IOException.class)
        .hasMessage("No space left on device");
  }
}
