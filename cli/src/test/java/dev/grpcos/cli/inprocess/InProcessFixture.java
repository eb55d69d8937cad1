package dev.grpcos.cli.inprocess;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** A gateway in the JVM of the tests, for all tests of a class. */
abstract class InProcessFixture {
  @TempDir static Path folder;
  static InProcessGateway gateway;

  @BeforeAll
  static void startGateway() throws Exception {
    gateway = InProcessGateway.start(folder.resolve("gateway.sock"));
  }

  @AfterAll
  static void stopGateway() {
    gateway.close();
  }
}
