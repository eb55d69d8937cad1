package dev.grpcos.cli.completion;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class BashWordTest {
  private static final String BREAKS = " \t\n\"'@><=;|&(:";

  @Test
  void onlyTheTextAfterAnEqualsSignIsReplaced() {
    assertThat(BashWord.of("--color=al", BREAKS)).isEqualTo(new BashWord("--color=al", 8, false));
    assertThat(BashWord.of("f:=", BREAKS)).isEqualTo(new BashWord("f:=", 3, false));
  }

  @Test
  void removedWordBreaksAreNotApplied() {
    assertThat(BashWord.of("--color=al", " \t\n")).isEqualTo(new BashWord("--color=al", 0, false));
  }

  @Test
  void atSignStaysInTheWord() {
    assertThat(BashWord.of("name=@re", BREAKS)).isEqualTo(new BashWord("name=@re", 5, false));
  }

  @Test
  void openQuoteSuspendsWordBreaks() {
    assertThat(BashWord.of("'a=b c", BREAKS)).isEqualTo(new BashWord("a=b c", 0, true));
    assertThat(BashWord.of("x=\"a\\\"=", BREAKS)).isEqualTo(new BashWord("x=a\"=", 2, true));
  }

  @Test
  void closedQuotesAndBackslashesAreRemoved() {
    assertThat(BashWord.of("'tenant: acme'", BREAKS).text()).isEqualTo("tenant: acme");
    assertThat(BashWord.of("a\\ b\\'", BREAKS).text()).isEqualTo("a b'");
    assertThat(BashWord.of("\"a\\b\"", BREAKS).text()).isEqualTo("a\\b");
  }
}
