package dev.grpcos.cli.filter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.cli.failure.CliException;
import dev.grpcos.gateway.json.JsonLayout;
import dev.grpcos.gateway.json.JsonSink;
import dev.grpcos.gateway.json.JsonText;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares paths with the interpreter, which evaluates all other expressions. */
final class PathFilterTest {
  private static final List<String> VALUES =
      List.of(
          "null",
          "true",
          "-0",
          "1.50",
          "12345678901234567890",
          "\"text of more than fourteen characters\"",
          "[]",
          "{}",
          "[[1],[2,[3]],null,\"a\\u0000\\u001b\\n\"]",
          "{\"a\":{\"b\":[1,null,{\"a\":0.1}],\"a b\":{}},\"b\":[{\"b\":[]},{\"b\":\"\\u00fc\"}]}",
          "[{\"a\":1},{\"b\":2},{\"a\":null},{\"a\":{\"b\":3}}]",
          "{\"a\":[1e300,-1E-7,100,1.0]}");

  private static JsonSink filter(String expression, FilterOutput output) {
    return Expressions.filter(
        expression,
        "response",
        output,
        () -> {
          throw new AssertionError("a path needs no evaluator");
        });
  }

  private static String outcome(JsonSink filter, String json) throws IOException {
    JsonText value = new JsonText();
    value.put(json.getBytes(UTF_8));
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    try {
      filter.write(value, written);
      return written.toString(UTF_8);
    } catch (CliException e) {
      return written.toString(UTF_8) + "exit " + e.exitCode() + ": " + e.getMessage();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ".",
        " . ",
        ".a",
        ".a.b",
        ".\"a\"",
        ".[\"a\"]",
        ".a[\"a b\"]",
        ".a.\"a b\"",
        ".[]",
        ".[][]",
        ".[0]",
        ".[7]",
        ".a[0]",
        ".[0][1]",
        ".[1].a",
        ".a | .b",
        ".a|.b[2].a",
        ". | .[] | .b",
        ".[].b",
        ".[].b[]",
        ".b[].b",
        ".[] | .[]",
        ".none.at.all",
        ".none[]",
        ".none[0].x",
        ".a.b[].a"
      })
  void resultsAndMessagesAreThoseOfTheInterpreter(String expression) throws IOException {
    assertThat(JsonPath.of(expression)).isNotNull();
    for (boolean raw : new boolean[] {false, true}) {
      FilterOutput output = new PrintedResults(new JsonLayout(false, false), raw, false);
      JsonSink path = filter(expression, output);
      JsonSink interpreter = JqFilter.compile(expression, "response", output);
      for (String value : VALUES) {
        assertThat(outcome(path, value)).as(value).isEqualTo(outcome(interpreter, value));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a",
        ".a,.b",
        "..",
        ".a?",
        ".[-1]",
        ".[1:2]",
        ".[.a]",
        ".a + 1",
        ".\"\\(1)\"",
        ".if",
        ".and",
        "length",
        ". as $x | .",
        ".a |",
        "| .a",
        ".[0",
        ".a b",
        ".a..b",
        ".a[]b",
        "(.a)",
        "[.a]",
        "{a}",
        ".a | length",
        ".1",
        "$ENV",
        ".[\"a\\\\\"]",
        ".a # comment"
      })
  void otherExpressionsAreNotPaths(String expression) {
    assertThat(JsonPath.of(expression)).isNull();
  }

  @Test
  void rawStringsOnATerminalHaveNoControlCharacters() throws IOException {
    FilterOutput output = new PrintedResults(new JsonLayout(false, false), true, true);
    assertThat(outcome(filter(".a", output), "{\"a\":\"1\\n\\t\\u001b[2J\\u202e\"}"))
        .isEqualTo("1\n\t\\u001b[2J\\u202e\n");
  }
}
