package dev.grpcos.cli.golden;

import dev.grpcos.cli.inprocess.InProcessGateway;
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
 * Runs every case inside the test JVM, against one gateway: through its socket, like a separate
 * process, and on the gateway's own connections, like its resident. {@link GoldenIT} runs the cases
 * as processes. {@code junit-platform.properties} sets how many run in parallel.
 */
@Execution(ExecutionMode.CONCURRENT)
final class GoldenTest {
  @TempDir static Path temporary;
  private static InProcessGateway gateway;
  private static UnresponsiveSockets strange;

  @BeforeAll
  static void startGateway() throws Exception {
    gateway = InProcessGateway.start(temporary.resolve("gateway.sock"));
    strange = new UnresponsiveSockets(temporary);
  }

  @AfterAll
  static void stopGateway() {
    strange.close();
    gateway.close();
  }

  @TestFactory
  Stream<DynamicContainer> cases() throws IOException {
    CallPath socket = new InProcessPath("through the socket", null);
    CallPath resident = new InProcessPath("in the resident", gateway.lent());
    return GoldenCases.tests(
        new GoldenRunner(gateway.socket(), Map.of(), strange.paths(), temporary),
        golden ->
            golden.needsProcess()
                ? List.of()
                : golden.fallsBack() ? List.of(socket) : List.of(socket, resident));
  }
}
