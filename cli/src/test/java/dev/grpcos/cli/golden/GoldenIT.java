package dev.grpcos.cli.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.grpcos.cli.distribution.Command;
import dev.grpcos.cli.distribution.Distribution;
import dev.grpcos.cli.distribution.Outcome;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Every case under {@code src/test/golden} on every path, against one gateway.
 *
 * <p>{@code -Dgolden.update=true} writes what came into the cases instead, for review. How many run
 * at once is said in {@code junit-platform.properties}.
 */
@Execution(ExecutionMode.CONCURRENT)
final class GoldenIT {
  private static final Path CASES = Path.of("src", "test", "golden");

  @TempDir static Path temporary;

  @BeforeAll
  static void startGateway() {
    Outcome outcome = gateway("start");
    assertThat(outcome.exit()).as("gateway start: %s", outcome).isZero();
  }

  @AfterAll
  static void stopGateway() {
    Outcome outcome = gateway("stop");
    assertThat(outcome.exit()).as("gateway stop: %s", outcome).isZero();
  }

  @TestFactory
  Stream<DynamicContainer> cases() throws IOException {
    StrangeSockets strange = new StrangeSockets(temporary);
    GoldenRunner runner =
        new GoldenRunner(grpcos(), socket(), Map.of(), strange.paths(), temporary);
    return GoldenCase.under(CASES).stream()
        .onClose(strange::close)
        .map(
            golden ->
                dynamicContainer(
                    golden.name(),
                    golden.folder().toUri(),
                    Stream.of(CallPath.values()).map(path -> test(runner, golden, path))));
  }

  private static DynamicTest test(GoldenRunner runner, GoldenCase golden, CallPath path) {
    return dynamicTest(
        golden.name() + " " + path,
        () -> {
          Outcome actual = runner.run(golden, path);
          if (Boolean.getBoolean("golden.update")) {
            golden.update(actual);
          } else {
            assertThat(actual).isEqualTo(golden.expected());
          }
        });
  }

  private static Outcome gateway(String verb) {
    return new Command(grpcos(), "gateway", verb)
        .with("HOME", temporary.toString())
        .with("GRPCOS_SOCKET", socket().toString())
        .run();
  }

  private static Path grpcos() {
    return Distribution.built().grpcos();
  }

  private static Path socket() {
    return temporary.resolve("run/gateway.sock");
  }
}
