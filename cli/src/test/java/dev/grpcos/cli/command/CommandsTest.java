package dev.grpcos.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grpcos.cli.distribution.Outcome;
import dev.grpcos.cli.failure.OwnProcessRequiredException;
import dev.grpcos.cli.inprocess.InProcessCommand;
import dev.grpcos.cli.inprocess.MemoryInvocation;
import dev.grpcos.cli.invocation.StreamKind;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CommandsTest {
  @TempDir Path folder;

  private InProcessCommand command(String... arguments) {
    return new InProcessCommand(arguments)
        .in(folder)
        .with("GRPCOS_SOCKET", folder.resolve("none.sock").toString());
  }

  private Outcome run(String... arguments) {
    return command(arguments).run();
  }

  @ParameterizedTest
  @ValueSource(strings = {"-V", "--version", "version"})
  void versionIsPrintedWithoutPicocli(String option) {
    Outcome outcome = run(option);
    assertThat(outcome.exit()).isZero();
    assertThat(outcome.stdout()).matches("grpcos \\S+\ngRPC \\S+\nprotobuf \\S+\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "cal                           | unknown command 'cal'; did you mean 'call'?",
        "list --soket x                | unknown option: '--soket'; did you mean '--socket'?",
        "call X/Y -j many              | 'many' is not a whole number",
        "call X/Y -j 0                 | -j 0 is out of range: give 1 to 10000",
        "call X/Y --limit 0            | --limit 0 is out of range: give 1 or more",
        "call X/Y --deadline 0s        | --deadline 0s",
        "call X/Y --deadline soon      | 'soon' is not a duration",
        "call X/Y --max-message-size x | 'x' is not a size",
        "call X/Y --color blue         | expected one of auto, always, never",
        "call X/Y --socket             | --socket",
        "call                          | METHOD",
        "gateway frobnicate            | 'frobnicate' (see",
        "gateway strt                  | unknown command 'strt'; did you mean 'start'?",
        "start                         | unknown command 'start'; did you mean 'gateway start'?",
        "status --json                 | unknown command 'status'; did you mean 'gateway status'?",
        "openapi                       | unknown command 'openapi'; did you mean 'export openapi'?",
        "gateway help start            | unknown command 'help'; run grpcos help gateway",
        "-v                            | unknown option: '-v'; did you mean '--version'?",
        "-version                      | unknown option: '-version'; did you mean '--version'?",
        "call X/Y -k                   | unknown option: '-k' (see",
        "list --pretty                 | unknown option: '--pretty' (see",
      })
  void usageErrorIsOneLineWithExitCode2(String arguments, String words) {
    Outcome outcome = run(arguments.split(" "));
    assertThat(outcome.exit()).isEqualTo(2);
    assertThat(outcome.stdout()).isEmpty();
    assertThat(outcome.stderr()).startsWith("grpcos: ").contains(words).hasLineCount(1);
  }

  @Test
  void failureToConnectIsUnavailable() {
    Outcome outcome = run("list");
    assertThat(outcome.exit()).isEqualTo(64 + 14);
    assertThat(outcome.stderr()).startsWith("grpcos: UNAVAILABLE: ").hasLineCount(1);
  }

  @Test
  void closedOutputIsSuccessAndAFullDiskIsNot() {
    for (String argument : List.of("--version", "--help")) {
      assertThat(command(argument).stdoutFails("Broken pipe").run())
          .isEqualTo(new Outcome(0, "", ""));
      Outcome full = command(argument).stdoutFails("No space left on device").run();
      assertThat(full.exit()).isEqualTo(1);
      assertThat(full.stderr()).contains("No space left on device").hasLineCount(1);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 70, 1000})
  void helpIsTheSameOnEveryTerminal(int columns) {
    String help = command("call", "--help").with("TERM", "dumb").onTerminal(columns).run().stdout();
    assertThat(help).isEqualTo(run("call", "--help").stdout());
  }

  @Test
  void helpHasColoursOnATerminal() {
    String help = command("call", "--help").onTerminal(80).run().stdout();
    assertThat(help).contains("\u001b[1mUsage:\u001b[0m", "\u001b[1m-d, --data=JSON\u001b[0m");
    assertThat(help.replaceAll("\u001b\\[\\d+m", "")).isEqualTo(run("call", "--help").stdout());
  }

  @Test
  void helpCommandPrintsTheHelpOfACommand() {
    assertThat(run("help")).isEqualTo(run("--help"));
    assertThat(run("help", "call")).isEqualTo(run("call", "--help"));
    assertThat(run("help", "gateway", "start")).isEqualTo(run("gateway", "start", "-h"));
    assertThat(run("help", "cal"))
        .isEqualTo(
            new Outcome(
                2,
                "",
                "grpcos: unknown command 'cal'; did you mean 'call'? (see 'grpcos --help')\n"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "gateway", "export"})
  void commandWithoutItsSubcommandPrintsTheList(String name) {
    Outcome outcome = name.isEmpty() ? run() : run(name);
    assertThat(outcome.exit()).isEqualTo(2);
    assertThat(outcome.stdout()).startsWith("Usage: grpcos").contains("\nCommands:\n");
    assertThat(outcome.stderr()).isEmpty();
  }

  /** Command trees are reused, one at a time. */
  @Test
  void parallelRunsDoNotSeeEachOthersArguments() {
    List<CompletableFuture<String>> runs =
        IntStream.range(0, 40)
            .mapToObj(
                i ->
                    CompletableFuture.supplyAsync(
                        () ->
                            run("call", "X/Y", i % 2 == 0 ? "--no-such-" + i : "-j=no-" + i)
                                .stderr()))
            .toList();
    for (int i = 0; i < runs.size(); i++) {
      assertThat(runs.get(i).join()).contains(i % 2 == 0 ? "--no-such-" + i : "no-" + i);
    }
  }

  @Test
  void optionsOfOneRunAreForgottenInTheNext() {
    run("call", "X/Y", "-j", "7", "--limit", "0");
    assertThat(run("call", "X/Y", "-d{}").stderr()).contains("UNAVAILABLE");
  }

  /** The launcher then starts a process for the command. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "gateway run",
        "gateway start",
        "gateway stop",
        "gateway check",
        "list --proto x.proto",
        "describe --protoset-out x",
        "list"
      })
  void commandThatTheResidentCannotRunReadsAndWritesNothing(String arguments) {
    MemoryInvocation invocation =
        MemoryInvocation.of(
                StreamKind.PIPE,
                "input",
                Map.of("GRPCOS_SOCKET", folder.resolve("another.sock").toString()),
                folder)
            .inResident();
    assertThatThrownBy(() -> new Commands().run(List.of(arguments.split(" ")), invocation))
        .isInstanceOf(OwnProcessRequiredException.class);
    assertThat(invocation.stdout().bytes()).isEmpty();
    assertThat(invocation.stderr().bytes()).isEmpty();
  }

  @Test
  void argumentsMayHaveAnyText() {
    assertThat(run("\u00fc \ud83d\ude00\u001b").stderr())
        .contains("unknown command '\u00fc \ud83d\ude00\\u001b'");
  }
}
