package dev.grpcos.cli.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.cli.distribution.Command;
import dev.grpcos.cli.distribution.Distribution;
import dev.grpcos.cli.distribution.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** The C programs on aarch64, in an emulator. */
@EnabledIfSystemProperty(
    named = "grpcos.packages",
    matches = ".+",
    disabledReason = "runs with the tests of packages, with -Pdist")
final class Aarch64IT {
  private static final Path LAUNCHER = Path.of("src/main/sh/build/launcher.sh");
  private static final Path KEEPER = Path.of("../gateway/src/main/c/grpcos-exec.c");

  @TempDir Path folder;
  private Path compiler = Path.of("");
  private Path emulator = Path.of("");

  @BeforeEach
  void findTools() {
    compiler = ForeignTools.program("aarch64-linux-gnu-gcc");
    emulator = ForeignTools.program("qemu-aarch64-static");
  }

  private Path compileLauncher() {
    Path program = folder.resolve("grpcos.aarch64");
    Outcome compiled =
        new Command(
                Path.of("/bin/sh"),
                LAUNCHER.toString(),
                program.toString(),
                "-DGRPCOS_VERSION=\"" + version() + "\"")
            .with("CC", compiler.toString())
            .run();
    assertThat(compiled).isEqualTo(new Outcome(0, "", ""));
    return program;
  }

  private Path compileKeeper() {
    Path program = folder.resolve("grpcos-exec.aarch64");
    Outcome compiled =
        new Command(
                compiler,
                "-static",
                "-std=c11",
                "-O2",
                "-Wall",
                "-Wextra",
                "-Werror",
                "-o",
                program.toString(),
                KEEPER.toString())
            .run();
    assertThat(compiled).isEqualTo(new Outcome(0, "", ""));
    return program;
  }

  /** Returns the version of the launcher that the build made, which the gateway compares. */
  private static String version() {
    String text = new Command(Distribution.built().grpcos(), "--version").run().stdout();
    return text.lines().findFirst().orElseThrow().replace("grpcos ", "");
  }

  @Test
  void launcherCalls() throws Exception {
    Path launcher = compileLauncher();
    Path socket = folder.resolve("gateway.sock");
    try (TestGateway gateway = TestGateway.run(socket)) {
      Outcome outcome =
          new Command(emulator, launcher.toString(), "call", "Greeter/SayHello")
              .with("GRPCOS_SOCKET", socket.toString())
              .stdinPipe("{\"name\":\"world\"}".getBytes(UTF_8))
              .run();
      assertThat(outcome)
          .as(gateway.process().stderr())
          .isEqualTo(new Outcome(0, "{\"message\":\"Hello world\"}\n", ""));
    }
  }

  @Test
  void keeperRunsPrograms() throws Exception {
    Distribution distribution = Distribution.built().copyTo(folder.resolve("grpcos"));
    Path keeper = distribution.home().resolve("lib/grpcos-exec");
    Files.delete(keeper);
    Files.writeString(keeper, "#!/bin/sh\nexec " + emulator + " " + compileKeeper() + " \"$@\"\n");
    assertThat(keeper.toFile().setExecutable(true)).isTrue();
    Files.writeString(
        folder.resolve("echo.proto"),
        """
        syntax = "proto3";
        package echo.v1;
        message Text { string text = 1; }
        service Echo { rpc Say(Text) returns (Text); }
        """);
    Path configuration =
        Files.writeString(
            folder.resolve("gateway.yaml"),
            """
            warmup: false
            services:
              - proto: [echo.proto]
                service: echo.v1.Echo
                methods: {Say: {exec: [/bin/cat]}}
            """);
    Path socket = folder.resolve("gateway.sock");
    try (TestGateway gateway =
        TestGateway.run(distribution, socket, List.of(), "--config", configuration.toString())) {
      Outcome outcome =
          new Command(distribution.grpcos(), "call", "Echo/Say", "text=x")
              .with("GRPCOS_SOCKET", socket.toString())
              .run();
      assertThat(outcome)
          .as(gateway.process().stderr())
          .isEqualTo(new Outcome(0, "{\"text\":\"x\"}\n", ""));
    }
  }
}
