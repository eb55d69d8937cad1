package dev.grpcos.cli.process;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** One gateway for all tests of a class, and a new one after a test that ended it. */
abstract class RenewedGatewayFixture {
  @TempDir static Path folder;
  private static @Nullable TestGateway last;

  @SuppressWarnings("NullAway.Init") // each test begins with one
  TestGateway gateway;

  /** Returns the options of the gateway. */
  List<String> options() {
    return List.of();
  }

  @BeforeEach
  final void startGateway() throws Exception {
    if (last == null || !last.process().isAlive()) {
      last = TestGateway.run(folder.resolve("g.sock"), options().toArray(String[]::new));
    }
    gateway = last;
  }

  @AfterEach
  final void endCommands() {
    gateway.endStarted();
  }

  @AfterAll
  static void stopGateway() {
    if (last != null) {
      last.close();
      last = null;
    }
  }
}
