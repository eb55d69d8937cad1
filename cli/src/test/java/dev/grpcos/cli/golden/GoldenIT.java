package dev.grpcos.cli.golden;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.cli.distribution.Command;
import dev.grpcos.cli.distribution.Distribution;
import dev.grpcos.cli.distribution.Outcome;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Runs every case as a process of the packaged command, against one gateway. All cases use the
 * launcher. The cases marked {@code cold}, or with {@code -Dgrpcos.soak=true} all cases, also run
 * in separate JVMs. For other cases, a fallback to a JVM ends at the launcher. {@code
 * junit-platform.properties} sets how many run in parallel.
 */
@Execution(ExecutionMode.CONCURRENT)
final class GoldenIT {
  @TempDir static Path temporary;
  private static UnresponsiveSockets strange;
  private static FallbackPath fallback;

  @BeforeAll
  static void startGateway() throws IOException {
    Outcome outcome = gateway("start");
    assertThat(outcome.exit()).as("gateway start: %s", outcome).isZero();
    strange = new UnresponsiveSockets(temporary);
    fallback = FallbackPath.of(grpcos(), temporary.resolve("java"));
  }

  @AfterAll
  static void stopGateway() {
    strange.close();
    Outcome outcome = gateway("stop");
    assertThat(outcome.exit()).as("gateway stop: %s", outcome).isZero();
  }

  @TestFactory
  Stream<DynamicContainer> cases() throws IOException {
    boolean all = Boolean.getBoolean("grpcos.soak") || Boolean.getBoolean("golden.update");
    return GoldenCases.tests(
        new GoldenRunner(socket(), Map.of(), strange.paths(), temporary),
        golden -> paths(golden, all || golden.runsCold()));
  }

  private static List<CallPath> paths(GoldenCase golden, boolean cold) {
    CallPath launcher = new ProcessPath(grpcos(), ProcessPath.StartKind.LAUNCHER);
    if (golden.fallsBack()) {
      boolean whole = cold || golden.needsProcess();
      return List.of(whole ? launcher : fallback);
    }
    return cold
        ? List.of(launcher, new ProcessPath(grpcos(), ProcessPath.StartKind.COLD))
        : List.of(launcher);
  }

  private static Outcome gateway(String verb) {
    return new Command(grpcos(), "gateway", verb)
        .with("HOME", temporary.toString())
        .with("GRPCOS_SOCKET", socket().toString())
        .withoutWarmup()
        .run();
  }

  private static Path grpcos() {
    return Distribution.built().grpcos();
  }

  private static Path socket() {
    return temporary.resolve("run/gateway.sock");
  }
}
