package dev.grpcos.cli.inprocess;

import dev.grpcos.cli.distribution.Outcome;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Tests of commands, with one gateway for all tests and new test servers for each. */
abstract class CommandTest {
  @TempDir static Path folder;
  static InProcessGateway gateway;

  @TempDir Path temporary;
  InteropServers servers;

  @BeforeAll
  static void startGateway() throws Exception {
    gateway = InProcessGateway.start(folder.resolve("gateway.sock"));
  }

  @AfterAll
  static void stopGateway() {
    gateway.close();
  }

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
