package dev.grpcos.examples.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the benchmarks with small counts and checks that they work; the numbers mean nothing. With
 * {@code -Dgrpcos.soak=true} it runs all rows, otherwise one for each kind of load.
 */
class BenchmarksIT {
  private static final List<String> SOME_ROWS =
      List.of("call", "batch", "exec", "version", "curve");

  private static final List<String> SOME_LINES =
      List.of(
          "| `echo JSON \\| grpcos call Greeter/SayHello`, median of ",
          "| the same, p99 |",
          " unary calls from one NDJSON stdin, `-j 64` |",
          "| a unary call whose method is `/bin/cat` |",
          "| a unary call whose method is a program that stays |",
          "| `grpcos --version` without a gateway |",
          "| curl --version |",
          "| jq . |",
          "| curl with JSON |",
          "| grpcurl |",
          "| buf curl |",
          "| ghz |");

  private static final List<String> OTHER_LINES =
      List.of(
          "| call 1 after a gateway's start |",
          "| call 20 after a gateway's start |",
          "| the first ",
          "| server stream of ",
          "| bidirectional stream of ",
          "| a unary call through an upstream with 100 taps that read nothing",
          "| HTTP/JSON calls a second",
          "| gateway, from start to answering |",
          "| a call to a server with a schema of ",
          "| gateway at rest, resident |");

  private static final Duration DEADLINE = Duration.ofMinutes(20);

  @TempDir Path out;
  @TempDir Path temporary;

  @Test
  void tableIsCompleteAndThePlotIsDrawn() throws IOException, InterruptedException {
    List<String> options = new ArrayList<>(List.of("--quick", "--out", out.toString()));
    List<String> lines = new ArrayList<>(SOME_LINES);
    if (Boolean.getBoolean("grpcos.soak")) {
      lines.addAll(OTHER_LINES);
    } else {
      options.add("--only");
      options.addAll(SOME_ROWS);
    }
    RunOutcome outcome = run(options.toArray(new String[0]));

    assertThat(outcome.exit()).as(outcome.text()).isZero();
    assertThat(outcome.text()).contains(lines);
    String table = Files.readString(out.resolve("results.md"), UTF_8);
    assertThat(outcome.text()).contains(table);
    assertThat(out.resolve("curve.svg")).content(UTF_8).startsWith("<svg ").endsWith("</svg>\n");
    // The arguments of every server name its socket, which is in the temporary folder.
    assertThat(temporary).isEmptyDirectory();
    assertThat(ProcessHandle.allProcesses().map(process -> process.info().arguments()))
        .noneMatch(
            arguments ->
                Stream.of(arguments.orElse(new String[0]))
                    .anyMatch(argument -> argument.startsWith(temporary.toString())));
  }

  @Test
  void unknownRowIsRefusedByName() throws IOException, InterruptedException {
    RunOutcome outcome = run("--only", "nosuch");

    assertThat(outcome.exit()).isEqualTo(1);
    assertThat(outcome.text()).startsWith("run.sh: no row 'nosuch': rows are call ");
  }

  private record RunOutcome(int exit, String text) {}

  private RunOutcome run(String... arguments) throws IOException, InterruptedException {
    Path text = out.resolve("text");
    List<String> command =
        Stream.concat(Stream.of("benchmarks/run.sh"), Stream.of(arguments)).toList();
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(text.toFile());
    builder.environment().put("TMPDIR", temporary.toString());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    Process process = builder.start();
    try {
      if (!process.waitFor(DEADLINE.toSeconds(), TimeUnit.SECONDS)) {
        throw new AssertionError("still runs: " + Files.readString(text, UTF_8));
      }
      return new RunOutcome(process.exitValue(), Files.readString(text, UTF_8));
    } finally {
      process.destroy();
    }
  }
}
