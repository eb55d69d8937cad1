package dev.grpcos.cli.inprocess;

import dev.grpcos.cli.distribution.Outcome;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Tests of commands, with one gateway for all tests and new test servers for each. */
abstract class CommandTest extends InProcessFixture {
  @TempDir Path temporary;
  InteropServers servers;

  @BeforeEach
  void makeServers() throws Exception {
    servers = new InteropServers(temporary);
  }

  @AfterEach
  void stopServers() {
    gateway.endStarted();
    servers.close();
  }

  /** Runs a command to its end. */
  static Outcome run(CallRoute route, String... arguments) {
    return route.on(gateway.grpcos(arguments)).run();
  }
}
