package dev.grpcos.cli.filter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.gateway.json.JsonText;
import java.io.IOException;
import java.io.OutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LastResultTest {
  private final LastResult results =
      new LastResult(new PrintedResults((value, stream) -> {}, true, false));

  private void write(String json) throws IOException {
    JsonText text = new JsonText();
    text.put(json);
    results.write(text, OutputStream.nullOutputStream());
  }

  @Test
  void noResultHasItsOwnCode() {
    assertThat(results.exitCode()).isEqualTo(4);
  }

  @ParameterizedTest
  @CsvSource({"true,0", "false,1", "null,1", "0,0", "[],0", "1234,0", "12345,0", "'{}',0"})
  void lastResultDecides(String json, int exitCode) throws IOException {
    write(exitCode == 0 ? "null" : "true");
    write(json);
    assertThat(results.exitCode()).isEqualTo(exitCode);
  }

  @ParameterizedTest
  @CsvSource({"false", "null", "''"})
  void stringIsTrue(String text) throws IOException {
    write("null");
    results.write(text, OutputStream.nullOutputStream());
    assertThat(results.exitCode()).isZero();
    write("\"" + text + "\"");
    assertThat(results.exitCode()).isZero();
  }
}
