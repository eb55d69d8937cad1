package dev.grpcos.cli.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the packaged command in various folders of installation. */
final class DistributionIT {
  private final Distribution built = Distribution.built();

  @TempDir Path temporary;

  @Test
  void movedCopyRunsFromAPathWithASpace() {
    Distribution copy = built.copyTo(temporary.resolve("my tools: grpcos"));
    assertAnswers(cold(copy.grpcos(), "--version").run());
  }

  @Test
  void symlinkFromAPathFolderRuns() throws IOException {
    Path bin = Files.createDirectory(temporary.resolve("bin"));
    Path inner = Files.createSymbolicLink(bin.resolve("inner"), built.grpcos());
    Files.createSymbolicLink(bin.resolve("grpcos"), bin.relativize(inner));
    Command command = cold(Path.of("/bin/sh"), "-c", "grpcos --version");
    assertAnswers(command.with("PATH", bin + ":" + System.getenv("PATH")).run());
  }

  @Test
  void classesComeFromTheArchiveInACopyWithOtherDates() throws IOException {
    Distribution copy = built.copyTo(temporary.resolve("copy"));
    if (Runtime.version().feature() < 19) { // the JVM then checks the dates of the class path
      try (Stream<Path> jars = Files.list(copy.home().resolve("lib"))) {
        for (Path jar : (Iterable<Path>) jars::iterator) {
          Files.setLastModifiedTime(jar, Files.getLastModifiedTime(temporary));
        }
      }
    }
    Outcome outcome =
        cold(copy.grpcos(), "--version").with("GRPCOS_JAVA_OPTS", "-Xlog:class+load").run();
    assertThat(outcome.stdout()).contains("dev.grpcos.cli.Main source: shared objects file");
  }

  @Test
  void archiveOfAnotherJavaIsIgnored() throws IOException {
    Distribution copy = built.copyTo(temporary.resolve("copy"));
    try (Stream<Path> files = Files.list(copy.home().resolve("lib"))) {
      Path archive =
          files.filter(file -> file.toString().endsWith(".jsa")).findFirst().orElseThrow();
      Files.delete(archive);
      Files.writeString(archive, "not an archive");
    }
    assertAnswers(cold(copy.grpcos(), "--version").run());
  }

  @Test
  void java25PrintsNothingOnStandardError() {
    Optional<Path> java25 = Java25.home();
    assumeTrue(java25.isPresent(), "no JDK 25: set JAVA_HOME_25");
    assertAnswers(
        cold(built.grpcos(), "--version").with("JAVA_HOME", java25.orElseThrow().toString()).run());
  }

  @Test
  void absentJavaIsUnavailable() {
    Outcome outcome = cold(built.grpcos(), "--version").with("JAVA_HOME", "/nowhere").run();
    assertThat(outcome.exit()).isEqualTo(78);
    assertThat(outcome.stdout()).isEmpty();
    assertThat(outcome.stderr()).matches("grpcos: [^\n]*JAVA_HOME[^\n]*\n");
  }

  @Test
  void closedInputAndErrorDoNotMatterToVersion() {
    assertAnswers(cold(built.grpcos(), "--version").redirected("<&-").run());
    assertAnswers(cold(built.grpcos(), "--version").redirected("2>&-").run());
  }

  @Test
  void closedStandardOutputIsAFailure() {
    Outcome outcome = cold(built.grpcos(), "--version").redirected(">&-").run();
    assertThat(outcome.exit()).isEqualTo(1);
    assertThat(outcome.stderr()).matches("grpcos: [^\n]+\n");
  }

  @Test
  void argumentsAreUtf8InTheCLocale() {
    Outcome outcome = cold(built.grpcos(), "gr\u00fc\u00dfe").with("LC_ALL", "C").run();
    assertThat(outcome.exit()).isEqualTo(2);
    assertThat(outcome.stderr()).contains("gr\u00fc\u00dfe");
  }

  private static Command cold(Path program, String... arguments) {
    return new Command(program, arguments).with("GRPCOS_COLD", "1");
  }

  private static void assertAnswers(Outcome outcome) {
    assertThat(outcome.stderr()).isEmpty();
    assertThat(outcome.stdout()).isNotEmpty();
    assertThat(outcome.exit()).isZero();
  }
}
