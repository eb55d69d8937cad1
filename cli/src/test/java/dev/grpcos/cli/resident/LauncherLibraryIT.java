package dev.grpcos.cli.resident;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher's C library. */
class LauncherLibraryIT {
  /** The flags of the distribution's build. */
  private static final List<String> FLAGS =
      List.of(
          "-O2",
          "-ffreestanding",
          "-fstack-protector-strong",
          "-mstack-protector-guard=global",
          "-fno-pie",
          "-U_FORTIFY_SOURCE",
          "-D__NO_INLINE__");

  private static final int ABORTED = 128 + 6;

  @TempDir Path folder;

  @Test
  void functionsHaveTheResultsOfTheSystemsLibrary() throws Exception {
    assumeTrue(
        CompiledLauncher.runs(List.of("objcopy", "--version")), "no objcopy: install binutils");
    Path library = compile(FLAGS, "libc.o", "-c", "src/main/c/libc.c");
    CompiledLauncher.messages(List.of("objcopy", "--prefix-symbols=own_", library.toString()));
    Path program =
        compile(
            List.of("-fno-builtin", "-fno-pie", "-no-pie"),
            "compare_libc",
            "src/test/c/compare_libc.c",
            library.toString());
    assertThat(run(0, program, "1", "20000")).matches("\\d{6} checks\n");
  }

  @Test
  void overwrittenStackEndsTheProgram() throws Exception {
    Path program =
        compile(
            FLAGS,
            "overflow",
            "-static",
            "-nostdlib",
            "-no-pie",
            "src/test/c/overflow.c",
            "src/main/c/libc.c");
    assertThat(run(0, program, "1234567")).isEmpty();
    assertThat(run(ABORTED, program, "x".repeat(40))).isEmpty();
  }

  private Path compile(List<String> flags, String name, String... arguments) throws Exception {
    Path file = folder.resolve(name);
    CompiledLauncher.cc(
        Stream.of(flags, List.of("-o", file.toString()), List.of(arguments))
            .flatMap(List::stream)
            .toList());
    return file;
  }

  /** Returns the output of a program, which must end with this code. */
  private String run(int code, Path program, String... arguments) throws Exception {
    Process process =
        new ProcessBuilder(
                Stream.concat(Stream.of(program.toString()), Stream.of(arguments)).toList())
            .directory(Files.createTempDirectory(folder, "work").toFile())
            .redirectErrorStream(true)
            .start();
    String out = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(out).isEqualTo(code);
    return out;
  }
}
