package dev.grpcos.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ErrorFormatTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "call --error-format json",
        "call --error-format=JSON x",
        "--no-such-option --error-format json"
      })
  void jsonIsFoundInArgumentsThatDoNotParse(String arguments) {
    assertThat(ErrorFormat.of(List.of(arguments.split(" ")))).isEqualTo(ErrorFormat.JSON);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "call",
        "call --error-format text",
        "call --error-format",
        "call -- --error-format json",
        "call --error-format=xml"
      })
  void everythingElseIsText(String arguments) {
    assertThat(ErrorFormat.of(List.of(arguments.split(" ")))).isEqualTo(ErrorFormat.TEXT);
  }
}
