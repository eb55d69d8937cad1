package dev.grpcos.cli.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.cli.distribution.Outcome;
import dev.grpcos.cli.distribution.Running;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The command in pipelines whose other ends start late, stay open or close early. */
final class PipelineIT extends ScriptFixture {
  private static final String HELLO_X = "{\"message\":\"Hello x\"}\n";

  @ParameterizedTest
  @CsvSource({"COLD,16", "WARM,1", "WARM,16"})
  void repliesToAThousandRequestsKeepTheirOrder(RunMode warmth, int jobs) {
    String expected =
        IntStream.rangeClosed(1, 1000)
            .mapToObj(i -> "{\"message\":\"Hello " + i + "\"}\n")
            .collect(Collectors.joining());
    Outcome outcome =
        run(
            warmth,
            "seq 1000 | sed 's/.*/{\"name\":\"&\"}/' | grpcos call Greeter/SayHello -j " + jobs);
    assertThat(outcome).isEqualTo(new Outcome(0, expected, ""));
  }

  @ParameterizedTest
  @EnumSource
  void closedReaderEndsAnEndlessPipeline(RunMode warmth) {
    Outcome outcome =
        run(
            warmth,
            "yes '{\"name\":\"x\"}' | grpcos call Greeter/SayHello | head -3;"
                + " echo ${PIPESTATUS[@]}");
    assertThat(outcome).isEqualTo(new Outcome(0, HELLO_X.repeat(3) + "141 0 0\n", ""));
  }

  /** The stream sends nothing more, so no write can fail. */
  @ParameterizedTest
  @EnumSource
  void closedReaderEndsAQuietStream(RunMode warmth) {
    Outcome outcome =
        run(
            warmth,
            "grpcos call grpc.health.v1.Health/Watch -d '{}' | head -1; echo ${PIPESTATUS[@]}");
    assertThat(outcome).isEqualTo(new Outcome(0, "{\"status\":\"SERVING\"}\n0 0\n", ""));
  }

  /** Writes each request only after reading the reply to the previous one. */
  @ParameterizedTest
  @CsvSource({
    "COLD,SayHello",
    "COLD,SayHelloBidiStream",
    "WARM,SayHello",
    "WARM,SayHello -j 4",
    "WARM,SayHello -j 4 --unordered",
    "WARM,SayHelloStreamReply",
    "WARM,SayHelloBidiStream"
  })
  void openFifoGetsItsReplyBeforeTheNextRequest(RunMode warmth, String method) {
    Outcome outcome =
        run(
            warmth,
            "mkfifo in out; grpcos call Greeter/"
                + method
                + " <in >out & exec 3>in 4<out;"
                + " for n in a b c; do echo \"{\\\"name\\\":\\\"$n\\\"}\" >&3;"
                + " read -r reply <&4; echo \"$n: $reply\"; done;"
                + " exec 3>&-; cat <&4 >rest; wait $!");
    assertThat(outcome.stderr()).isEmpty();
    assertThat(outcome.stdout())
        .contains("a: {\"message\":", "b: {\"message\":", "c: {\"message\":");
    assertThat(outcome.exit()).isZero();
  }

  /** A script with strict options stops at the first call that fails. */
  @ParameterizedTest
  @MethodSource("dev.grpcos.cli.process.RunMode#mostlyWarm")
  void strictScriptContinuesUntilACallFails(RunMode warmth) {
    Outcome outcome =
        run(
            warmth,
            """
            set -euo pipefail
            names=$(printf '{"name":"%s"}\\n' a b | grpcos call SayHello --jq .message -r)
            echo "$names"
            grpcos call SayHelloStreamReply name=x | head -1
            grpcos call Health/Check service=none --ok-codes NOT_FOUND
            if ! grpcos call Health/Check service=none 2>/dev/null; then echo no; fi
            status=$(grpcos call Health/Check service=none | cat)
            echo not reached
            """);
    assertThat(outcome)
        .isEqualTo(
            new Outcome(
                69,
                "Hello a\nHello b\n{\"message\":\"Hello x 1\"}\nno\n",
                "grpcos: NOT_FOUND: unknown service none (grpc.health.v1.Health/Check)\n"));
  }

  /** Secrets belong in pipes: other users can see arguments. */
  @ParameterizedTest
  @MethodSource("dev.grpcos.cli.process.RunMode#mostlyWarm")
  void filesMayBePipes(RunMode warmth) {
    Outcome outcome =
        run(
            warmth,
            "grpcos call SayHello name=@<(printf x) -H @<(echo 'a: b') -u @<(echo me:secret)"
                + " --dry-run --jq '[.metadata[], .request.name] | length'; echo $?");
    assertThat(outcome).isEqualTo(new Outcome(0, "3\n0\n", ""));
  }

  @Test
  void sourceOfASchemaMayBeStandardInput() {
    Outcome outcome =
        gateway
            .bash(
                """
                echo 'syntax = "proto3"; message M {} service S { rpc Get(M) returns (M); }' >s.proto
                grpcos list --proto /dev/fd/0 <s.proto; cat s.proto | grpcos list --proto /dev/stdin
                """)
            .in(folder)
            .run();
    assertThat(outcome).isEqualTo(new Outcome(0, "S\nS\n", ""));
  }

  @ParameterizedTest
  @MethodSource("dev.grpcos.cli.process.RunMode#mostlyWarm")
  void argumentWithInvalidUtf8IsRefused(RunMode warmth) {
    assertThat(run(warmth, "grpcos call SayHello $'name=a\\xff'"))
        .isEqualTo(new Outcome(2, "", "grpcos: argument 3 is not valid UTF-8\n"));
    assertThat(run(warmth, "grpcos call SayHello $'name=\\xef\\xbf\\xbd'"))
        .isEqualTo(new Outcome(0, "{\"message\":\"Hello \ufffd\"}\n", ""));
  }

  /** The shell reports a program that a signal ended, but not one that exits with 143. */
  @ParameterizedTest
  @EnumSource
  void signalEndsTheCommandAndNotOnlyItsCall(RunMode warmth) {
    Outcome outcome =
        run(
            warmth,
            "mkfifo out; { read -r line; kill -TERM $(cat pid); cat; } <out &"
                + " sh -c 'echo $$ >pid; exec grpcos call Health/Watch -d {}' >out; exit $?");
    assertThat(outcome.stderr()).contains("Terminated");
    assertThat(outcome.exit()).isEqualTo(143);
  }

  @ParameterizedTest
  @EnumSource
  void removedFolderIsReportedIfItIsNeeded(RunMode warmth) {
    Outcome outcome =
        run(warmth, "mkdir gone; cd gone; rmdir ../gone; grpcos call SayHello name=x");
    assertThat(outcome)
        .isEqualTo(
            warmth == RunMode.WARM
                ? new Outcome(0, HELLO_X, "")
                : new Outcome(
                    1,
                    "",
                    "grpcos: the working folder was removed, and a command without a gateway needs"
                        + " one; change to an existing folder\n"));
  }

  @ParameterizedTest
  @MethodSource("dev.grpcos.cli.process.RunMode#mostlyWarm")
  void loopThatReadsLinesKeepsItsInput(RunMode warmth) {
    Outcome outcome =
        run(
            warmth,
            "printf 'a\\nb\\n' | while read -r name; do"
                + " grpcos call Greeter/SayHello name=\"$name\"; done");
    assertThat(outcome)
        .isEqualTo(new Outcome(0, "{\"message\":\"Hello a\"}\n{\"message\":\"Hello b\"}\n", ""));
  }

  @ParameterizedTest
  @MethodSource("dev.grpcos.cli.process.RunMode#mostlyWarm")
  void limitEndsAStreamWithOpenInput(RunMode warmth) {
    Running call =
        gateway.start(
            warmth.on(
                gateway
                    .grpcos("call", "Greeter/SayHelloBidiStream", "--limit", "1")
                    .stdinHeldOpen("{\"name\":\"x\"}\n".getBytes(UTF_8))));
    assertThat(call.end(TestGateway.SOON)).isEqualTo(new Outcome(0, HELLO_X, ""));
  }

  @ParameterizedTest
  @MethodSource("dev.grpcos.cli.process.RunMode#mostlyWarm")
  void deadlineEndsAStreamWithOpenInput(RunMode warmth) {
    Running call =
        gateway.start(
            warmth.on(
                gateway
                    .grpcos("call", "Greeter/SayHelloBidiStream", "--deadline", "500ms")
                    .stdinHeldOpen("{\"name\":\"x\"}\n".getBytes(UTF_8))));
    Outcome outcome = call.end(TestGateway.SOON);
    assertThat(outcome.exit()).isEqualTo(68);
    assertThat(outcome.stderr()).startsWith("grpcos: DEADLINE_EXCEEDED: ").hasLineCount(1);
  }

  @ParameterizedTest
  @EnumSource
  void failedWriteIsAFailure(RunMode warmth) {
    for (String redirection : new String[] {">/dev/full", ">&-"}) {
      Outcome outcome = run(warmth, "echo '{}' | grpcos call Greeter/SayHello " + redirection);
      assertThat(outcome.stderr()).startsWith("grpcos: cannot write").hasLineCount(1);
      assertThat(outcome.exit()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @EnumSource
  void closedInputIsAUsageErrorIfItIsNeeded(RunMode warmth) {
    Outcome outcome = run(warmth, "grpcos call Greeter/SayHello <&-");
    assertThat(outcome.stderr()).startsWith("grpcos: standard input is closed").hasLineCount(1);
    assertThat(outcome.exit()).isEqualTo(2);
    assertThat(run(warmth, "grpcos call Greeter/SayHello name=x <&- 2>&-"))
        .isEqualTo(new Outcome(0, HELLO_X, ""));
  }
}
