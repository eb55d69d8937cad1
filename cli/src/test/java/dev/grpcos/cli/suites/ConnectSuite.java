package dev.grpcos.cli.suites;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.cli.distribution.Outcome;
import java.util.List;

/**
 * Runs Connect's conformance suite.
 *
 * <p>The suite permits half a second from the deadline of a call to the time that its server
 * receives. The first calls of a JVM exceed that on a busy machine, and the suite runs its cases in
 * random order.
 */
final class ConnectSuite {
  private static final String FAILED = "FAILED: ";
  private static final String TIMED = "Deadline Propagation/";
  private static final int REPEATS = 2;

  /** The suite's runner. */
  interface Runner {
    /**
     * Runs cases.
     *
     * @param selection options that select them; empty for all
     */
    Outcome run(List<String> selection);
  }

  private ConnectSuite() {}

  /**
   * Requires that each case passes: the timed ones at one of three attempts, the others at the
   * first.
   *
   * @param cases the number of cases
   */
  static void passes(int cases, Runner runner) {
    Outcome outcome = runner.run(List.of());
    isComplete(outcome, cases);
    for (int i = 0; i < REPEATS && outcome.exit() != 0; i++) {
      List<String> failed = failed(outcome);
      assertThat(failed)
          .as("%s", outcome)
          .isNotEmpty()
          .allSatisfy(name -> assertThat(name).startsWith(TIMED));
      outcome = runner.run(failed.stream().map(name -> "--run=" + name).toList());
      isComplete(outcome, failed.size());
    }
    assertThat(outcome.exit()).as("%s", outcome).isZero();
  }

  /** The runner succeeds if it could not run some cases. */
  private static void isComplete(Outcome outcome, int cases) {
    assertThat(outcome.stdout())
        .as("%s", outcome)
        .contains("Total cases: " + cases + "\n")
        .doesNotContain("could not be run");
  }

  private static List<String> failed(Outcome outcome) {
    return outcome
        .stdout()
        .lines()
        .filter(line -> line.startsWith(FAILED))
        .map(line -> line.substring(FAILED.length()).replaceFirst(":$", ""))
        .toList();
  }
}
