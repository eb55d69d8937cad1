package dev.grpcos.cli.suites;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grpcos.cli.distribution.Outcome;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

final class ConnectSuiteTest {
  private static final String UNARY = "Deadline Propagation/TLS:false/(grpc server impl)/unary";
  private static final String STREAM = "Deadline Propagation/TLS:false/stream";

  private final Queue<Outcome> outcomes = new ArrayDeque<>();
  private final List<List<String>> selections = new ArrayList<>();

  private void run(int cases, String... failed) {
    StringBuilder report = new StringBuilder();
    for (String name : failed) {
      report.append("FAILED: ").append(name).append(":\n\tthe reason\n");
    }
    report.append("\nTotal cases: %d\n".formatted(cases));
    report.append("%d passed, %d failed\n".formatted(cases - failed.length, failed.length));
    outcomes.add(new Outcome(failed.length == 0 ? 0 : 1, report.toString(), ""));
  }

  private void passes() {
    ConnectSuite.passes(
        9,
        selection -> {
          selections.add(selection);
          return outcomes.remove();
        });
  }

  private void fails(String problem) {
    assertThatThrownBy(this::passes)
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining(problem);
    assertThat(outcomes).isEmpty();
  }

  @Test
  void suiteThatPassesRunsOnce() {
    run(9);
    passes();
    assertThat(selections).containsExactly(List.of());
  }

  @Test
  void failedDeadlineCasesAloneRunAgain() {
    run(9, UNARY, STREAM);
    run(2, STREAM);
    run(1);
    passes();
    assertThat(selections)
        .containsExactly(
            List.of(), List.of("--run=" + UNARY, "--run=" + STREAM), List.of("--run=" + STREAM));
  }

  @Test
  void deadlineCaseThatFailsThreeTimesFails() {
    run(9, UNARY, STREAM);
    run(2, UNARY);
    run(1, UNARY);
    fails(UNARY);
  }

  @Test
  void otherCaseFailsTheFirstTime() {
    run(9, UNARY, "Errors/unary");
    fails("Errors/unary");
  }

  @Test
  void missingCaseFails() {
    run(8);
    fails("Total cases: 9");
  }

  @Test
  void caseThatCouldNotRunFails() {
    outcomes.add(
        new Outcome(
            0,
            """
            Total cases: 9
            8 passed, 0 failed
            Another 1 could not be run due to client timing out or exiting prematurely.
            """,
            ""));
    fails("could not be run");
  }

  @Test
  void failureOfTheRunnerFails() {
    outcomes.add(new Outcome(1, "Total cases: 9\n9 passed, 0 failed\n", "the reason"));
    fails("the reason");
  }
}
