package dev.grpcos.gateway.text;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class ShellTextTest {
  @Test
  void plainTextHasNoQuotes() {
    assertThat(ShellText.word("/run/grpcos/gateway.sock")).isEqualTo("/run/grpcos/gateway.sock");
    assertThat(ShellText.word("it's")).isEqualTo("'it'\\''s'");
    assertThat(ShellText.word("")).isEqualTo("''");
  }

  @Test
  void shellReadsTheSameText() throws Exception {
    List<String> texts =
        List.of(
            "", "a b", "it's", "''", "\\", "$HOME", "`id`", "$(id)", "a\nb\n", "\"", "*", "~", "!x",
            "-n", "é", "#", "a;b", "a&b", "{a,b}", "[a]", "a=b", "<>|", "\t", "\u0001");
    String words = texts.stream().map(ShellText::word).collect(Collectors.joining(" "));
    Process shell =
        new ProcessBuilder(
                "sh", "-c", "for word in " + words + "; do printf '%s\\0' \"$word\"; done")
            .start();

    assertThat(new String(shell.getInputStream().readAllBytes(), UTF_8))
        .isEqualTo(String.join("\0", texts) + "\0");
  }
}
