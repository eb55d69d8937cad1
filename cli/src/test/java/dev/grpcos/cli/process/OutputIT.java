package dev.grpcos.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.cli.distribution.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Output that needs a real terminal or a real pipe; OutputTest has the rest. */
final class OutputIT extends ScriptFixture {
  /** Runs on a pseudo-terminal of util-linux's script, which ends lines with CR LF. */
  private Outcome onTerminal(RunMode warmth, String environment, String command) {
    Outcome outcome =
        run(warmth, environment + " script --return -qec '" + command + "' /dev/null </dev/null");
    return new Outcome(outcome.exit(), outcome.stdout().replace("\r\n", "\n"), outcome.stderr());
  }

  @ParameterizedTest
  @EnumSource
  void terminalGetsColoursAndIndents(RunMode warmth) {
    assertThat(onTerminal(warmth, "TERM=xterm", "grpcos call SayHello name=x"))
        .isEqualTo(
            new Outcome(
                0,
                "{\n  \u001b[34;1m\"message\"\u001b[0m: \u001b[32m\"Hello x\"\u001b[0m\n}\n",
                ""));
  }

  @ParameterizedTest
  @MethodSource("dev.grpcos.cli.process.RunMode#mostlyWarm")
  void listsGoThroughThePager(RunMode warmth) {
    String list = "grpcos list; echo exit $?";
    String services = onTerminal(warmth, "NO_COLOR=1 PAGER=cat", list).stdout();
    assertThat(services).contains("helloworld.Greeter\n").endsWith("exit 0\n");
    assertThat(onTerminal(warmth, "NO_COLOR=1 PAGER='sed s/^/-/; echo end'", list).stdout())
        .isEqualTo(services.replaceAll("(?m)^(?=.)", "-").replace("-exit 0", "end\nexit 0"));
    assertThat(
            onTerminal(
                    warmth,
                    "NO_COLOR=1 PAGER='sed s/^/-/'",
                    list.replace("list", "list --no-pager"))
                .stdout())
        .isEqualTo(services);
    assertThat(onTerminal(warmth, "NO_COLOR=1 PAGER=no-such", list).stdout())
        .isEqualTo(
            "grpcos: PAGER: the program 'no-such' was not found;"
                + " correct the variable, or give --no-pager\n"
                + services);
  }

  @ParameterizedTest
  @EnumSource
  void pagerMayEndEarlyAndSurvivesAnInterrupt(RunMode warmth) {
    String describe = "grpcos describe; echo exit $?";
    assertThat(onTerminal(warmth, "PAGER='head -n 1; echo left'", describe).stdout())
        .endsWith("\nleft\nexit 0\n")
        .hasLineCount(3);
    assertThat(
            onTerminal(warmth, "PAGER='kill -INT $PPID; tail -n 1; echo end'", describe).stdout())
        .isEqualTo("}\nend\nexit 0\n");
  }

  @ParameterizedTest
  @MethodSource("dev.grpcos.cli.process.RunMode#mostlyWarm")
  void lessPrintsWhatFitsWithColours(RunMode warmth) {
    String describe = "stty rows 50; unset PAGER; grpcos describe HelloRequest";
    assertThat(onTerminal(warmth, "TERM=xterm", describe).stdout())
        .contains("\u001b[34;1mmessage\u001b[0m HelloRequest {");
  }

  /** The editor writes an invalid request first; the answer is an empty line. */
  @Test
  void editorGetsTheTerminalAndMayCorrectItsRequest() throws Exception {
    Path editor = folder.resolve("editor");
    Files.writeString(
        editor,
        """
        #!/bin/sh
        test -t 0 && test -t 1 && echo "on a terminal"
        printf '{"name": %s}' "$(cat next)" >"$1"
        echo '"x"' >next
        """);
    Files.writeString(folder.resolve("next"), "5\n");
    Outcome outcome =
        gateway
            .bash(
                "chmod +x editor; echo | NO_COLOR=1 EDITOR=./editor TMPDIR=$PWD script --return"
                    + " -qec 'grpcos call SayHello --edit --compact | cat; ls -d grpcos-edit*'"
                    + " /dev/null")
            .in(folder)
            .run();
    assertThat(outcome.stdout().replace("\r\n", "\n"))
        .contains("on a terminal\n", "line 1, column 10: name: expected a string, got 5\n")
        .contains("{\"message\":\"Hello x\"}\n")
        .contains("cannot access");
  }

  /** The terminal also echoes what is typed. */
  @ParameterizedTest
  @EnumSource
  void invalidLineOfATypedStreamDoesNotEndIt(RunMode warmth) {
    Outcome outcome =
        run(
            warmth,
            "printf '%s\\n"
                + "' '{\"name\":\"a\"}' '{\"nam\":1}' '{\"name\":\"b\"}' | NO_COLOR=1 script"
                + " --return -qec 'grpcos call SayHelloBidiStream --compact' /dev/null");
    assertThat(outcome.exit()).as(outcome.stdout()).isZero();
    assertThat(outcome.stdout().lines())
        .contains("{\"message\":\"Hello a\"}", "{\"message\":\"Hello b\"}")
        .anyMatch(line -> line.startsWith("grpcos: standard input line 2, column 2: "));
  }

  @ParameterizedTest
  @EnumSource
  void endlessFilterEndsWithItsReader(RunMode warmth) {
    assertThat(
            run(
                warmth,
                "grpcos call SayHello name=x --jq 'range(infinite)' | head -2;"
                    + " echo ${PIPESTATUS[@]}"))
        .isEqualTo(new Outcome(0, "0\n1\n0 0\n", ""));
  }
}
