package dev.grpcos.cli.resident;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Runs scripts with the compiled launcher and a resident. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class LauncherFixture {
  @TempDir static Path folder;

  LauncherShell shell;
  private SampleGatewayProcess gateway;

  /** Returns the compiler flags for the launcher. */
  List<String> flags() throws Exception {
    return CompiledLauncher.RELEASED;
  }

  @BeforeAll
  final void start() throws Exception {
    Path launcher = CompiledLauncher.compile(folder.resolve("warm"), "1.0", flags());
    Path socket = folder.resolve("gateway.sock");
    gateway = SampleGatewayProcess.start(socket, 256);
    shell = new LauncherShell(launcher, socket, folder);
  }

  @AfterAll
  final void stop() throws Exception {
    if (gateway != null) {
      gateway.end();
    }
  }

  void assertRun(String script, int exit, String out, String err) throws Exception {
    assertThat(shell.runServed(script)).isEqualTo(new LauncherShell.ShellResult(exit, out, err));
  }
}
