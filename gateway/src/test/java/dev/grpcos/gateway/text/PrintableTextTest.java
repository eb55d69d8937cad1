package dev.grpcos.gateway.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PrintableTextTest {
  @ParameterizedTest
  @ValueSource(
      ints = {
        0, 7, 8, 0xb, 0xd, 0x1b, 0x1f, 0x7f, 0x80, 0x9b, 0x9f, 0x202a, 0x202e, 0x2066, 0x2069
      })
  void controlCharactersAreEscaped(int c) {
    String text = "a" + (char) c + "b";
    assertThat(PrintableText.line(text))
        .doesNotContain(Character.toString(c))
        .hasSizeGreaterThan(3);
    assertThat(PrintableText.lines(text)).isEqualTo(PrintableText.line(text));
  }

  @Test
  void otherTextIsUnchanged() {
    String text = " ~\u00a0\u00fc\u2029\u202f\u2065\u206a\ud83d\ude00";
    assertThat(PrintableText.line(text)).isSameAs(text);
  }

  @Test
  void linesKeepLineFeedsAndTabs() {
    assertThat(PrintableText.lines("a\n\tb\r\n")).isEqualTo("a\n\tb\\r\n");
    assertThat(PrintableText.line("a\n\tb\r\n")).isEqualTo("a\\n\\tb\\r\\n");
  }
}
