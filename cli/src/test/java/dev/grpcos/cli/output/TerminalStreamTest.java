package dev.grpcos.cli.output;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TerminalStreamTest {
  private static final String UNSAFE = "\u007f\u0080\u009f\u202a\u202e\u2066\u2069";
  private static final String ESCAPED = "\\u007f\\u0080\\u009f\\u202a\\u202e\\u2066\\u2069";

  private static String written(String text, int block) throws IOException {
    ByteArrayOutputStream terminal = new ByteArrayOutputStream();
    TerminalStream stream = new TerminalStream(terminal);
    byte[] bytes = text.getBytes(UTF_8);
    for (int from = 0; from < bytes.length; from += block) {
      stream.write(bytes, from, Math.min(block, bytes.length - from));
    }
    stream.flush();
    return terminal.toString(UTF_8);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 1000})
  void unsafeCharactersAreEscapedAcrossWrites(int block) throws IOException {
    assertThat(written("a" + UNSAFE + "\u00a0" + UNSAFE + "b\n", block))
        .isEqualTo("a" + ESCAPED + "\u00a0" + ESCAPED + "b\n");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 1000})
  void otherTextIsUnchanged(int block) throws IOException {
    String text =
        "\u001b[32m\u00bf\u00e2\u20ac\u2013\u2029\u202f\u2041\u2065\u206a\ud83d\ude00\t\n";
    assertThat(written(text, block)).isEqualTo(text);
  }

  @Test
  void flushReleasesTheBeginningOfACharacter() throws IOException {
    ByteArrayOutputStream terminal = new ByteArrayOutputStream();
    TerminalStream stream = new TerminalStream(terminal);
    stream.write(0xe2);
    stream.write(0x80);
    stream.flush();
    assertThat(terminal.toByteArray()).containsExactly(0xe2, 0x80);
  }
}
