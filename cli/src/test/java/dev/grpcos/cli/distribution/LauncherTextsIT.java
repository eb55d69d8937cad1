package dev.grpcos.cli.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.cli.inprocess.InProcessCommand;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests what the launcher prints where there is neither Java nor a gateway. */
final class LauncherTextsIT {
  private static Command launcher(List<String> arguments) {
    return new Command(Distribution.built().grpcos(), arguments)
        .without("JAVA_HOME")
        .with("PATH", "/nowhere")
        .with("GRPCOS_SOCKET", "/nowhere/gateway.sock");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "--help",
        "-h",
        "help",
        "--version",
        "-V",
        "version",
        "call --help",
        "help call",
        "gateway",
        "gateway -h",
        "help gateway start",
        "export openapi --help",
        "help help",
        "version --help"
      })
  void textsNeedNoJavaAndEqualThoseOfTheCommands(String line) {
    List<String> arguments = line.isEmpty() ? List.of() : List.of(line.split(" "));
    assertThat(launcher(arguments).run())
        .isEqualTo(new InProcessCommand(arguments.toArray(new String[0])).run());
  }

  @Test
  void otherArgumentsAreLeftToTheCommands() {
    for (List<String> arguments :
        List.of(
            List.of("call", "-v", "--help"),
            List.of("call --help"),
            List.of("help", "cal"),
            List.of(""),
            List.of("call\u0001--help"))) {
      Outcome outcome = launcher(arguments).run();
      assertThat(outcome.exit()).as(arguments.toString()).isEqualTo(78);
      assertThat(outcome.stderr()).contains("no Java");
    }
  }

  @Test
  void fullDiskIsAFailure() {
    assertThat(launcher(List.of("help", "call")).redirected(">/dev/full").run())
        .isEqualTo(
            new Outcome(
                1, "", "grpcos: cannot write to standard output: No space left on device\n"));
  }
}
