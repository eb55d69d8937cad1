package dev.grpcos.cli.resident;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Parts of the launcher under AddressSanitizer and UBSan, with random input. {@code
 * -Dgrpcos.soak=true} makes more of it.
 */
class LauncherFuzzIT {
  private static final String INPUTS = Boolean.getBoolean("grpcos.soak") ? "200000" : "50000";

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({"fuzz_frames, ' frames'", "fuzz_arguments, ' variables'"})
  void inputCausesNoMemoryErrors(String program, String end) throws Exception {
    assumeTrue(
        CompiledLauncher.sanitizersWork(folder), "no C compiler with AddressSanitizer and UBSan");
    Path fuzz = Files.createDirectory(folder.resolve("bin")).resolve(program);
    compile(Path.of("src/test/c/" + program + ".c"), fuzz);
    ProcessBuilder builder = new ProcessBuilder(fuzz.toString(), "1", INPUTS);
    builder.environment().put("ASAN_OPTIONS", "log_path=" + folder.resolve("report"));
    builder.redirectErrorStream(true);
    Process process = builder.start();
    String out = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(180, TimeUnit.SECONDS)).isTrue();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path report : files.filter(Files::isRegularFile).toList()) {
        assertThat(Files.readString(report)).isEmpty();
      }
    }
    assertThat(process.exitValue()).isZero();
    assertThat(out).endsWith(end + "\n");
  }

  private static void compile(Path source, Path program) throws Exception {
    CompiledLauncher.cc(
        Stream.concat(
                CompiledLauncher.SANITIZED.stream(),
                Stream.of("-o", program.toString(), source.toAbsolutePath().toString()))
            .toList());
  }
}
