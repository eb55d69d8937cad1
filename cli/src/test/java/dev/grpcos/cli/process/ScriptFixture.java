package dev.grpcos.cli.process;

import dev.grpcos.cli.distribution.Outcome;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** Runs shell scripts, with one gateway for all tests of a class and a new folder for each. */
abstract class ScriptFixture {
  @TempDir static Path temporary;
  static TestGateway gateway;

  @TempDir Path folder;

  @BeforeAll
  static void startGateway() throws Exception {
    gateway = TestGateway.run(temporary.resolve("gateway.sock"));
  }

  @AfterAll
  static void stopGateway() {
    gateway.close();
  }

  @AfterEach
  final void endProcesses() {
    gateway.endStarted();
  }

  /** Runs a script in the folder of the test. */
  Outcome run(RunMode warmth, String script) {
    return warmth.on(gateway.bash(script)).in(folder).run();
  }
}
