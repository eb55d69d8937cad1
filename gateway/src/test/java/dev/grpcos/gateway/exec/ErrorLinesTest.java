package dev.grpcos.gateway.exec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ErrorLinesTest {
  private final List<String> log = new ArrayList<>();
  private final ErrorLines lines = new ErrorLines(log::add);

  private void write(String text) {
    lines.add(text.getBytes(UTF_8));
  }

  @Test
  void lastLineThatIsNotBlankIsKept() {
    write("one\ntwo");
    write(" and a half\n\n  \n");
    assertThat(lines.finish()).isEqualTo("two and a half");
    assertThat(log).containsExactly("one", "two and a half");
  }

  @Test
  void longLineIsCut() {
    write("x".repeat(200_000) + "\nend");
    assertThat(lines.finish()).isEqualTo("end");
    assertThat(log.get(0)).hasSize(1025).endsWith("x…");
  }

  @Test
  void linesAboveTheLimitAreCounted() {
    write("flood\n".repeat(100_000));
    assertThat(lines.finish()).isEqualTo("flood");
    assertThat(log).hasSize(101).last().isEqualTo("99900 more lines omitted");
  }
}
