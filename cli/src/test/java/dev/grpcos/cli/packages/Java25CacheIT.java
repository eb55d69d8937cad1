package dev.grpcos.cli.packages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.grpcos.cli.distribution.Command;
import dev.grpcos.cli.distribution.Distribution;
import dev.grpcos.cli.distribution.Java25;
import dev.grpcos.cli.distribution.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * The cache of classes that {@code grpcos-archive} makes for Java 25, as a package with this Java
 * has it. The JVMs that record and write classes take half a minute.
 */
@EnabledIfSystemProperty(
    named = "grpcos.packages",
    matches = ".+",
    disabledReason = "runs with the tests of packages, with -Pdist")
final class Java25CacheIT {
  @TempDir Path folder;

  @Test
  void commandsAndTheGatewayUseItAndPrintNoWarning() throws Exception {
    Optional<Path> java25 = Java25.home();
    assumeTrue(java25.isPresent(), "no JDK 25: set JAVA_HOME_25");
    String home = java25.orElseThrow().toString();
    Distribution distribution = Distribution.built().copyTo(folder.resolve("grpcos"));
    Path lib = distribution.home().resolve("lib");
    Outcome made =
        new Command(lib.resolve("grpcos-archive"))
            .with("JAVA_HOME", home)
            .start()
            .end(Duration.ofMinutes(3));
    assertThat(made).isEqualTo(new Outcome(0, "", ""));
    try (Stream<Path> files = Files.list(lib)) {
      for (Path archive : files.filter(file -> file.toString().endsWith(".jsa")).toList()) {
        Files.delete(archive); // a package with a cache has no archive
      }
    }
    Outcome loading =
        command(distribution, home, "call", "-t", "unix:none", "X/Y", "-d{}")
            .with("GRPCOS_JAVA_OPTS", "-Xlog:class+load")
            .run();
    assertThat(loading.stdout()).contains("dev.grpcos.cli.Main source: shared objects file");
    assertThat(loading.exit()).isEqualTo(78);
    try {
      assertThat(command(distribution, home, "gateway", "start").run())
          .isEqualTo(new Outcome(0, folder.resolve("gateway.sock") + "\n", ""));
      String pid = Files.readString(folder.resolve("gateway.sock.lock")).strip();
      assertThat(Files.readString(Path.of("/proc", pid, "maps"))).contains(".gateway.aot\n");
      assertThat(command(distribution, home, "call", "Greeter/SayHello", "name=x").run())
          .isEqualTo(new Outcome(0, "{\"message\":\"Hello x\"}\n", ""));
      assertThat(command(distribution, home, "gateway", "logs").run().stdout())
          .doesNotContain("WARNING");
    } finally {
      assertThat(command(distribution, home, "gateway", "stop").run().exit()).isZero();
    }
  }

  private Command command(Distribution distribution, String home, String... arguments) {
    return new Command(distribution.grpcos(), arguments)
        .with("JAVA_HOME", home)
        .with("GRPCOS_SOCKET", folder.resolve("gateway.sock").toString())
        .with("GRPCOS_COLD", "1");
  }
}
