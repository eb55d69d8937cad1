package dev.grpcos.cli.filter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grpcos.cli.distribution.Distribution;
import dev.grpcos.cli.failure.CliException;
import dev.grpcos.cli.failure.ExitCode;
import dev.grpcos.cli.failure.OwnProcessRequiredException;
import dev.grpcos.gateway.json.JsonLayout;
import dev.grpcos.gateway.json.JsonSink;
import dev.grpcos.gateway.json.JsonText;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests expressions in separate processes, which the script of the distribution starts. */
final class FilterProcessesIT {
  private static final Duration LONG = Duration.ofSeconds(60);

  private final FilterProcesses processes = processes(LONG);

  private static FilterProcesses processes(Duration time) {
    return new FilterProcesses(
        Distribution.built().jvm(), () -> new FilterLimits(2, 32L << 20, LONG, time, LONG));
  }

  @AfterEach
  void end() {
    processes.close();
  }

  private static JsonSink filter(Evaluator evaluator, String expression) {
    return evaluator.compile(
        expression, "response", new PrintedResults(new JsonLayout(false, false), true, false));
  }

  private static String results(JsonSink filter, String value) throws IOException {
    JsonText json = new JsonText();
    json.put(value.getBytes(UTF_8));
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    filter.write(json, written);
    return written.toString(UTF_8);
  }

  private static List<Long> children() {
    return ProcessHandle.current().children().map(ProcessHandle::pid).sorted().toList();
  }

  @Test
  void processEvaluatesTheExpressionsOfOneCommandAfterTheOther() throws IOException {
    Evaluator first = processes.take();
    JsonSink filter = filter(first, ".[] | [., \"\\(.)\"], \"a\\nb\"");
    assertThat(results(filter, "[1,{}]")).isEqualTo("[1,\"1\"]\na\nb\n[{},\"{}\"]\na\nb\n");
    assertThat(results(filter, "[]")).isEmpty();
    List<Long> running = children();
    processes.release(first);
    Evaluator second = processes.take();
    assertThat(results(filter(second, ".a + 1"), "{\"a\":2}")).isEqualTo("3\n");
    assertThat(children()).isEqualTo(running).hasSize(1);
  }

  @Test
  void errorsAreThoseOfTheInterpreter() throws IOException {
    Evaluator evaluator = processes.take();
    assertThatThrownBy(() -> filter(evaluator, ".a .b)"))
        .isInstanceOfSatisfying(
            CliException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.USAGE))
        .hasMessageStartingWith("--jq line 1, column 6");
    JsonSink filter = filter(evaluator, "tonumber");
    assertThat(results(filter, "\"1\"")).isEqualTo("1\n");
    assertThatThrownBy(() -> results(filter, "\"x\""))
        .isInstanceOfSatisfying(
            CliException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.FAILURE))
        .hasMessageStartingWith("--jq failed on response 2: ");
    assertThat(results(filter, "\"3\"")).isEqualTo("3\n");
  }

  /** Each ends a process. The second half repeats a cause of the first, so it is for soak tests. */
  static Stream<String> hostileExpressions() {
    return Stream.concat(
        Stream.of(
            "if . then (\"a\" * 40) + \"!\" | test(\"^(a+)+$\") else . end",
            "if . then [limit(1000000000; repeat(1))] | length else . end",
            "if . then \"x\" * 1000000000 | length else . end",
            "if . then reduce range(60) as $i (1; [., .]) | tojson | length else . end",
            "if . then reduce range(0; 1e12) as $i (0; . + 1) else . end",
            "if . then .[1000000000]? // (null | .[1000000000] = 1) | length else . end",
            "if . then def f: reduce (1, 2) as $i (.; f); f else . end"),
        Boolean.getBoolean("grpcos.soak")
            ? Stream.of(
                "if . then (\"a\" * 40) + \"!\" | gsub(\"^(a|a?)+$\"; \"\") else . end",
                "if . then reduce range(60) as $i (\"xxxxxxxx\"; . + .) | length else . end",
                "if . then [range(1000000000)] | length else . end",
                "if . then [range(100000)] | join(\"x\" * 100000) | length else . end",
                "if . then [[range(9)] | combinations(20)] | length else . end",
                "if . then 0 | until(. < 0; . + 1) else . end")
            : Stream.empty());
  }

  @ParameterizedTest
  @MethodSource("hostileExpressions")
  void hostileExpressionEndsWithAMessage(String expression) {
    try (FilterProcesses impatient = processes(Duration.ofMillis(500))) {
      Evaluator evaluator = impatient.take();
      assertThatThrownBy(() -> results(filter(evaluator, expression), "true"))
          .isInstanceOfSatisfying(
              CliException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.FAILURE))
          .hasMessageStartingWith("--jq ")
          .hasMessageNotContaining("internal");
    }
  }

  @Test
  void processThatWasKilledIsReplaced() throws IOException {
    Evaluator evaluator = processes.take();
    processes.kill(evaluator);
    assertThatThrownBy(() -> filter(evaluator, "1")).isInstanceOf(CliException.class);
    processes.release(evaluator);
    assertThat(results(filter(processes.take(), ". + 1"), "1")).isEqualTo("2\n");
  }

  @Test
  void processThatWasKilledBetweenValuesIsReplacedAtOnce() throws IOException {
    Evaluator evaluator = processes.take();
    assertThat(results(filter(evaluator, ". + 1"), "1")).isEqualTo("2\n");
    processes.kill(evaluator);
    processes.release(evaluator); // the system may still report the process as alive
    assertThat(results(filter(processes.take(), ". + 1"), "1")).isEqualTo("2\n");
  }

  @Test
  void expressionEndsWithItsClient() throws Exception {
    Evaluator evaluator = processes.take();
    JsonSink filter = filter(evaluator, "if . then [limit(1e12; repeat(1))] | length else . end");
    assertThat(results(filter, "false")).isEqualTo("false\n");
    ProcessHandle process = ProcessHandle.current().children().findFirst().orElseThrow();
    CompletableFuture<Void> running =
        CompletableFuture.runAsync(
            () ->
                assertThatThrownBy(() -> results(filter, "true")).isInstanceOf(CliException.class));
    processes.kill(evaluator);
    process.onExit().get(60, TimeUnit.SECONDS);
    running.get(60, TimeUnit.SECONDS);
    processes.release(evaluator);
    assertThat(children()).isEmpty();
  }

  @Test
  void commandsAboveTheLimitRequireTheirOwnProcess() {
    Evaluator first = processes.take();
    Evaluator second = processes.take();
    assertThatThrownBy(processes::take).isInstanceOf(OwnProcessRequiredException.class);
    processes.release(second);
    assertThat(processes.take()).isNotSameAs(first);
  }

  @Test
  void processInheritsNoSecrets() throws IOException {
    Evaluator evaluator = processes.take();
    assertThat(results(filter(evaluator, "1 + ."), "1")).isEqualTo("2\n");
    ProcessHandle process = ProcessHandle.current().children().findFirst().orElseThrow();
    String variables = Files.readString(Path.of("/proc", Long.toString(process.pid()), "environ"));
    assertThat(variables.split("\0"))
        .allMatch(
            variable ->
                variable.matches(
                    "(?s)(PATH|JAVA_HOME|TMPDIR|GRPCOS_JAVA_OPTS|LC_ALL|PWD|OLDPWD|_|SHLVL)=.*"));
  }

  @Test
  void closeEndsAllProcesses() throws Exception {
    Evaluator evaluator = processes.take();
    filter(evaluator, "1");
    ProcessHandle process = ProcessHandle.current().children().findFirst().orElseThrow();
    processes.close();
    process.onExit().get(60, TimeUnit.SECONDS);
    assertThatThrownBy(processes::take).isInstanceOf(OwnProcessRequiredException.class);
  }
}
