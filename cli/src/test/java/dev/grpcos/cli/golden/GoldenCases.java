package dev.grpcos.cli.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.grpcos.cli.distribution.Outcome;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;

/**
 * The cases under {@code src/test/golden} as tests.
 *
 * <p>{@code -Dgolden.only=PREFIX} selects the cases whose names begin with PREFIX. {@code
 * -Dgolden.update=true} writes the outcomes into the cases instead, for review.
 */
final class GoldenCases {
  private static final Path CASES = Path.of("src", "test", "golden");

  /** The exit code of a call whose deadline has passed. */
  private static final int DEADLINE_EXCEEDED = 68;

  /** How often a case is run whose deadline passes too early, as on a busy machine. */
  private static final int ATTEMPTS = 5;

  private GoldenCases() {}

  /** Returns a test for each case and each of its paths. */
  static Stream<DynamicContainer> tests(
      GoldenRunner runner, Function<GoldenCase, List<CallPath>> paths) throws IOException {
    return GoldenCase.under(CASES).stream()
        .filter(golden -> golden.name().startsWith(System.getProperty("golden.only", "")))
        .map(
            golden ->
                dynamicContainer(
                    golden.name(),
                    golden.folder().toUri(),
                    paths.apply(golden).stream().map(path -> test(runner, golden, path))));
  }

  private static DynamicTest test(GoldenRunner runner, GoldenCase golden, CallPath path) {
    return dynamicTest(
        golden.name() + " " + path.name(),
        () -> {
          Outcome expected = path.expected(golden);
          Outcome actual = runner.run(golden, path);
          for (int i = 1;
              i < ATTEMPTS && expected.exit() == DEADLINE_EXCEEDED && !actual.equals(expected);
              i++) {
            actual = runner.run(golden, path);
          }
          if (Boolean.getBoolean("golden.update")) {
            golden.update(actual);
          } else {
            assertThat(actual).isEqualTo(expected);
          }
        });
  }
}
