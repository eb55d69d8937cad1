package dev.grpcos.cli.output;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.junit.jupiter.api.Test;

final class StatusLineTest {
  private static final String CLEAR = "\r\u001b[K";

  private final ByteArrayOutputStream terminal = new ByteArrayOutputStream();
  private final StatusLine line = new StatusLine(terminal);

  private static void write(OutputStream stream, String text) throws IOException {
    stream.write(text.getBytes(UTF_8));
  }

  @Test
  void outputReplacesTheLine() throws IOException {
    OutputStream stdout = line.above(terminal, false);
    line.show("1 done");
    write(stdout, "{}\n");
    line.show("2 done");
    line.hide();
    line.hide();
    assertThat(terminal).hasToString(CLEAR + "1 done" + CLEAR + "{}\n" + CLEAR + "2 done" + CLEAR);
  }

  @Test
  void lineIsShownAgainBelowAnError() throws IOException {
    OutputStream stderr = line.above(terminal, true);
    write(stderr, "before\n");
    line.show("1 done");
    write(stderr, "grpcos: failed\n");
    assertThat(terminal)
        .hasToString("before\n" + CLEAR + "1 done" + CLEAR + "grpcos: failed\n" + CLEAR + "1 done");
  }

  @Test
  void lineIsNotShownAfterAnUnfinishedLine() throws IOException {
    OutputStream stdout = line.above(terminal, true);
    write(stdout, "{");
    line.show("1 done");
    write(stdout, "}\n");
    assertThat(line.end()).isEmpty();
    assertThat(terminal).hasToString("{}\n");
  }

  @Test
  void lineIsNotShownAfterItsEnd() throws IOException {
    OutputStream stderr = line.above(terminal, true);
    line.show("1 done");
    assertThat(line.end()).isEqualTo(CLEAR);
    line.show("2 done");
    write(stderr, "grpcos: failed\n");
    assertThat(terminal).hasToString(CLEAR + "1 done" + CLEAR + "grpcos: failed\n");
  }

  @Test
  void progressFitsTheTerminal() {
    assertThat(BatchProgress.text(12_345, 3, 10, 0.629, 79))
        .isEqualTo("12345 done, 3 failed, 1235/s, 62% of the input");
    assertThat(BatchProgress.text(12_345, 3, 10, Double.NaN, 79))
        .isEqualTo("12345 done, 3 failed, 1235/s");
    assertThat(BatchProgress.text(12_345, 3, 10, 0.629, 20)).isEqualTo("12345 done, 3 failed");
  }
}
