package dev.grpcos.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.cli.distribution.Command;
import dev.grpcos.cli.distribution.Outcome;
import dev.grpcos.cli.distribution.Running;
import dev.grpcos.cli.resident.Eventually;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests the screen of {@code grpcos top} on a terminal, and its end. */
final class TopIT extends RenewedGatewayFixture {
  private static final String ENTER = "\033[?1049h\033[?25l";
  private static final String LEAVE = "\033[?25h\033[?1049l";

  /** Prints the mode of the terminal before and after the command. */
  private static final String SCRIPT =
      """
      mode() { stty -a | tr -s '; ' '\\n' | grep -x -e '-*icanon' -e '-*echo' | tr '\\n' ' '; }
      trap : INT
      mode
      grpcos top --interval 100ms
      echo "exit=$?"
      mode
      """;

  /** Starts the command on a terminal, and waits for its screen. */
  private Running top(RunMode mode) throws Exception {
    Path terminal = ForeignTools.program("script");
    Command command =
        gateway
            .bash("exec " + terminal + " -qec 'bash -c \"$SCRIPT\"' /dev/null")
            .with("SCRIPT", SCRIPT)
            .with("TERM", "xterm");
    Running running = gateway.start(mode.on(command.stdinHeldOpen(new byte[0])));
    Eventually.until("the screen", TestGateway.SOON, () -> running.stdout().contains("METHOD"));
    return running;
  }

  private static void assertRestored(Outcome outcome, int exit) {
    assertThat(outcome.stderr()).isEmpty();
    assertThat(outcome.stdout())
        .startsWith("icanon echo ")
        .contains(ENTER)
        .contains(LEAVE)
        .contains("exit=" + exit + "\r\n")
        .endsWith("icanon echo ");
    assertThat(outcome.stdout().indexOf(LEAVE)).isLessThan(outcome.stdout().indexOf("exit="));
  }

  @ParameterizedTest
  @EnumSource
  void keyEndsTheScreen(RunMode mode) throws Exception {
    Running top = top(mode);
    top.type("s");
    Eventually.until(
        "the next order", TestGateway.SOON, () -> top.stdout().contains("sorted by errors"));
    top.type("\033[10;100Rq");

    assertRestored(top.end(TestGateway.SOON), 0);
  }

  @ParameterizedTest
  @EnumSource
  void interruptRestoresTheTerminal(RunMode mode) throws Exception {
    Running top = top(mode);
    top.type("\003");

    assertRestored(top.end(TestGateway.SOON), 130);
  }

  @Test
  void endOfTheGatewayRestoresTheTerminal() throws Exception {
    Running top = top(RunMode.WARM);
    gateway.process().signal("KILL");

    Outcome outcome = top.end(TestGateway.SOON);
    assertRestored(outcome, 78);
    assertThat(outcome.stdout()).contains("ended during the command");
  }
}
