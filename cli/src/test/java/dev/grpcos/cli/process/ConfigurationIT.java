package dev.grpcos.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.cli.resident.Eventually;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A gateway whose configuration file changes while it runs; ReloadCommandTest has the rest. */
final class ConfigurationIT {
  private static final String AUDIT = "audit: {file: audit.jsonl}\nwarmup: false\n";

  @TempDir Path folder;
  private TestGateway gateway;

  @BeforeEach
  void startGateway() throws Exception {
    write(AUDIT);
    gateway =
        TestGateway.run(folder.resolve("gateway.sock"), "--config", configuration().toString());
  }

  @AfterEach
  void stopGateway() {
    gateway.close();
  }

  private Path configuration() {
    return folder.resolve("gateway.yaml");
  }

  private void write(String text) throws Exception {
    Files.writeString(configuration(), text);
  }

  private List<String> audit() throws Exception {
    return Files.readAllLines(folder.resolve("audit.jsonl"));
  }

  @Test
  void sighupReloadsAndLogsTheOutcome() throws Exception {
    write("drain: soon\n");
    gateway.process().signal("HUP");
    Eventually.until(
        "the problem is logged",
        TestGateway.SOON,
        () -> gateway.process().stderr().contains("nothing has changed"));
    assertThat(gateway.process().stderr()).contains("drain is 'soon', not a duration");
    write("");
    gateway.process().signal("HUP");
    Eventually.until(
        "the reload is logged",
        TestGateway.SOON,
        () -> gateway.process().stderr().contains("msg=\"reloaded\""));
  }

  /** The resident makes the call on behalf of its caller. */
  @ParameterizedTest
  @EnumSource
  void callIsAuditedOnceOnEveryRoute(RunMode warmth) throws Exception {
    assertThat(warmth.on(gateway.grpcos("call", "Greeter/SayHello", "name=secret")).run().exit())
        .isZero();
    Eventually.until("the line is there", TestGateway.SOON, () -> !calls().isEmpty());
    assertThat(gateway.grpcos("gateway", "stop").run().exit()).isZero();
    assertThat(calls())
        .hasSize(1)
        .first()
        .asString()
        .contains("\"uid\":", "\"route\":\"local\",\"status\":\"OK\",\"requests\":1,")
        .doesNotContain("secret");
  }

  private List<String> calls() throws Exception {
    return audit().stream().filter(line -> line.contains("helloworld.Greeter/SayHello")).toList();
  }
}
