package dev.grpcos.cli.resident;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher's C library does what the system's library does. */
class LauncherLibraryIT {
  @TempDir Path folder;

  @Test
  void functionsHaveTheResultsOfTheSystemsLibrary() throws Exception {
    assumeTrue(
        CompiledLauncher.runs(List.of("objcopy", "--version")), "no objcopy: install binutils");
    String library = folder.resolve("libc.o").toString();
    Path program = folder.resolve("compare_libc");
    CompiledLauncher.cc(
        List.of(
            "-O2",
            "-ffreestanding",
            "-fno-stack-protector",
            "-fno-pie",
            "-U_FORTIFY_SOURCE",
            "-c",
            "-o",
            library,
            "src/main/c/libc.c"));
    CompiledLauncher.messages(List.of("objcopy", "--prefix-symbols=own_", library));
    CompiledLauncher.cc(
        List.of(
            "-fno-builtin",
            "-fno-pie",
            "-no-pie",
            "-o",
            program.toString(),
            "src/test/c/compare_libc.c",
            library));
    Process process =
        new ProcessBuilder(program.toString(), "1", "20000")
            .directory(Files.createDirectory(folder.resolve("work")).toFile())
            .redirectErrorStream(true)
            .start();
    String out = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(out).matches("\\d{6} checks\n");
    assertThat(process.exitValue()).isZero();
  }
}
