package dev.grpcos.cli.resident;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher's frame reader under AddressSanitizer and UBSan; see {@code fuzz_frames.c}. */
class LauncherFuzzIT {
  @TempDir Path folder;

  @Test
  void framesCauseNoMemoryErrors() throws Exception {
    assumeTrue(
        CompiledLauncher.sanitizersWork(folder), "no C compiler with AddressSanitizer and UBSan");
    Path fuzz = Files.createDirectory(folder.resolve("bin")).resolve("fuzz");
    compile(Path.of("src/test/c/fuzz_frames.c"), fuzz);
    ProcessBuilder builder = new ProcessBuilder(fuzz.toString(), "1", "200000");
    builder.environment().put("ASAN_OPTIONS", "log_path=" + folder.resolve("report"));
    builder.redirectErrorStream(true);
    Process process = builder.start();
    String out = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path report : files.filter(Files::isRegularFile).toList()) {
        assertThat(Files.readString(report)).isEmpty();
      }
    }
    assertThat(process.exitValue()).isZero();
    assertThat(out).endsWith(" frames\n");
  }

  private static void compile(Path source, Path program) throws Exception {
    CompiledLauncher.cc(
        Stream.concat(
                CompiledLauncher.SANITIZED.stream(),
                Stream.of("-o", program.toString(), source.toAbsolutePath().toString()))
            .toList());
  }
}
