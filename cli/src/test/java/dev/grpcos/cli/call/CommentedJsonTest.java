package dev.grpcos.cli.call;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CommentedJsonTest {
  private static final char NO_QUOTE = '`';

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = NO_QUOTE,
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "{\"a\": 1, // x|{\"a\": 1,     ",
        "{\"a\": 1,}|{\"a\": 1 }",
        "[1, /* 2, */ ]|[1           ]",
        "[1,,]|[1, ]",
        "{\"a\": \"// x, }\"}|{\"a\": \"// x, }\"}",
        "{\"a\\\"//\": 1}|{\"a\\\"//\": 1}",
        "{\"a: 1, // x|{\"a: 1, // x",
        "/* x|/* x",
        "/|/",
        "\"\\|\"\\",
        ", 1]|, 1]",
        "[//|[  ",
      })
  void commentsAndLastCommasBecomeBlanks(String text, String plain) {
    assertThat(CommentedJson.plain(text)).isEqualTo(plain);
  }

  @Test
  void positionsStayTheSame() {
    assertThat(CommentedJson.plain("{ // one\n  \"a\": 1,\n  // \"b\": 2,\n/* c\n */ }\n"))
        .isEqualTo("{       \n  \"a\": 1 \n            \n    \n    }\n");
  }
}
