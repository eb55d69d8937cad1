package dev.grpcos.cli.top;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.cli.top.KeyInput.TerminalEvent;
import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class KeyInputTest {
  private static List<TerminalEvent> events(String bytes) throws Exception {
    KeyInput keys = KeyInput.start(new ByteArrayInputStream(bytes.getBytes(US_ASCII)));
    List<TerminalEvent> events = new ArrayList<>();
    TerminalEvent event;
    do {
      event = keys.poll(Duration.ofSeconds(60));
      events.add(event);
    } while (event != null && !(event instanceof TerminalEvent.InputEnded));
    return events;
  }

  private static TerminalEvent key(char character) {
    return new TerminalEvent.KeyPressed(character);
  }

  private static TerminalEvent size(int rows, int columns) {
    return new TerminalEvent.SizeReported(new TerminalSize(rows, columns));
  }

  @Test
  void sizesAreAmongKeys() throws Exception {
    assertThat(events("s\033[40;132Rq"))
        .containsExactly(key('s'), size(40, 132), key('q'), new TerminalEvent.InputEnded());
  }

  @Test
  void otherSequencesAreIgnored() throws Exception {
    assertThat(events("\033[A\033OP\033[1;5C\033[12345678901234567890\033\033[24;80Rx\033[q"))
        .contains(size(24, 80), key('x'))
        .doesNotContain(key('A'), key('P'), key('C'), key('q'));
  }

  @Test
  void lostKeysDoNotHideTheEnd() throws Exception {
    assertThat(events("x".repeat(10_000))).endsWith(new TerminalEvent.InputEnded());
  }
}
