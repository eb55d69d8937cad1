package dev.grpcos.cli.resident;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardCopyOption.COPY_ATTRIBUTES;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.AbstractStringAssert;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the compiled launcher with a program that records what a gateway of another user gets from
 * it, and answers as the test requests. Only root can run these tests.
 */
abstract class ForeignGatewayFixture {
  static final int UID = 65534;
  static final String SECRET = "the secret content";

  @TempDir static Path programs;
  static Path launcher = Path.of("/");
  private static Path server = Path.of("/");

  @TempDir Path folder;
  Path socket;
  Path record;
  private @Nullable Process gateway;
  private @Nullable Path top;

  @BeforeAll
  static void compile() throws Exception {
    assumeTrue(
        CompiledLauncher.runs(List.of("setpriv", "--reuid=" + UID, "--clear-groups", "true")),
        "needs root and setpriv, to be another user");
    launcher = CompiledLauncher.compile(programs, "1.0", CompiledLauncher.RELEASED);
    server = programs.resolve("foreign_gateway");
    Path source = Path.of("src/test/c/foreign_gateway.c").toAbsolutePath();
    CompiledLauncher.cc(List.of("-o", server.toString(), source.toString()));
  }

  @BeforeEach
  final void prepare() throws Exception {
    // Not below /tmp, where every user can create files.
    Path run = Files.createTempDirectory(Path.of("/run"), "grpcos-test-");
    Files.setPosixFilePermissions(run, PosixFilePermissions.fromString("rwxr-xr-x"));
    top = run;
    Path theirs = Files.createDirectory(run.resolve("theirs"));
    Files.setAttribute(theirs, "unix:uid", UID);
    socket = theirs.resolve("g.sock");
    record = folder.resolve("record");
    Files.writeString(folder.resolve("secret"), SECRET);
  }

  @AfterEach
  final void end() throws Exception {
    if (gateway != null) {
      gateway.destroyForcibly().waitFor();
    }
    if (top != null) {
      Files.deleteIfExists(Path.of(socket + ".cli"));
      Files.delete(top.resolve("theirs"));
      Files.delete(top);
    }
  }

  final void serve(String... requests) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(server.toString(), socket + ".cli", Integer.toString(UID), record.toString()));
    command.addAll(List.of(requests));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    gateway = process;
    var lines = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
    assertThat(lines.readLine()).isEqualTo("ready");
  }

  final LauncherShell.ShellResult run(String script) throws Exception {
    return new LauncherShell(launcher, socket, folder).run(script);
  }

  final AbstractStringAssert<?> heard() throws Exception {
    return assertThat(Files.readString(record, ISO_8859_1));
  }

  /** Skips the test if there is no program that runs another one in a terminal. */
  static void requireScript() throws InterruptedException {
    assumeTrue(
        CompiledLauncher.runs(List.of("script", "-qec", "true", "/dev/null")),
        "needs script, of util-linux, for a terminal");
  }

  /** Returns a copy of the launcher without the rest of grpcos, as in a container. */
  final Path alone() throws Exception {
    Path copy = folder.resolve("alone");
    Files.copy(launcher, copy, REPLACE_EXISTING, COPY_ATTRIBUTES);
    return copy;
  }
}
