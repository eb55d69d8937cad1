package dev.grpcos.cli.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.grpcos.cli.distribution.Command;
import dev.grpcos.cli.distribution.Distribution;
import dev.grpcos.cli.distribution.Java25;
import dev.grpcos.cli.distribution.Outcome;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** The command and the gateway on Java 25, which prints warnings that older versions do not. */
@EnabledIfSystemProperty(
    named = "grpcos.packages",
    matches = ".+",
    disabledReason = "runs with the tests of packages, with -Pdist")
final class Jdk25IT {
  @TempDir Path folder;
  private String java25 = "";

  @BeforeEach
  void findJava() {
    Optional<Path> home = Java25.home();
    assumeTrue(home.isPresent(), "no JDK 25: set JAVA_HOME_25");
    java25 = home.orElseThrow().toString();
  }

  private Command command(String... arguments) {
    return new Command(Distribution.built().grpcos(), arguments)
        .with("JAVA_HOME", java25)
        .with("GRPCOS_SOCKET", folder.resolve("gateway.sock").toString())
        .withoutWarmup();
  }

  @Test
  void nothingIsPrintedOnStandardError() {
    try {
      assertThat(command("gateway", "start").run())
          .isEqualTo(new Outcome(0, folder.resolve("gateway.sock") + "\n", ""));
      Outcome status = RunMode.WARM.on(command("gateway", "status")).run();
      assertThat(status.stderr()).isEmpty();
      assertThat(status.stdout()).containsPattern("Java 25\\b");
      for (RunMode mode : RunMode.values()) {
        assertThat(mode.on(command("call", "Greeter/SayHello", "name=x")).run())
            .isEqualTo(new Outcome(0, "{\"message\":\"Hello x\"}\n", ""));
      }
      assertThat(RunMode.WARM.on(command("list")).run().stderr()).isEmpty();
      Outcome log = command("gateway", "logs").run();
      assertThat(log.stdout()).doesNotContain("WARNING");
    } finally {
      assertThat(command("gateway", "stop").run().exit()).isZero();
    }
  }
}
