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
import org.junit.jupiter.api.io.TempDir;

/** The command and the gateway on Java 25, which prints warnings that older versions do not. */
final class Jdk25IT {
  @TempDir Path folder;
  private String java25 = "";

  @BeforeEach
  void findJava() {
    Optional<Path> home = Java25.home();
    assumeTrue(home.isPresent(), "no JDK 25: set JAVA_HOME_25");
    java25 = home.orElseThrow().toString();
  }

  private Outcome run(String... arguments) {
    return new Command(Distribution.built().grpcos(), arguments)
        .with("JAVA_HOME", java25)
        .with("GRPCOS_SOCKET", folder.resolve("gateway.sock").toString())
        .with("GRPCOS_COLD", "1")
        .run();
  }

  @Test
  void nothingIsPrintedOnStandardError() {
    try {
      assertThat(run("gateway", "start"))
          .isEqualTo(new Outcome(0, folder.resolve("gateway.sock") + "\n", ""));
      Outcome status = run("gateway", "status");
      assertThat(status.stderr()).isEmpty();
      assertThat(status.stdout()).containsPattern("Java 25\\b");
      assertThat(run("call", "Greeter/SayHello", "name=x"))
          .isEqualTo(new Outcome(0, "{\"message\":\"Hello x\"}\n", ""));
      Outcome list = run("list");
      assertThat(list.stderr()).isEmpty();
      assertThat(list.stdout()).contains("helloworld.Greeter\n");
      Outcome log = run("gateway", "logs");
      assertThat(log.stdout()).doesNotContain("WARNING");
    } finally {
      assertThat(run("gateway", "stop").exit()).isZero();
    }
  }
}
