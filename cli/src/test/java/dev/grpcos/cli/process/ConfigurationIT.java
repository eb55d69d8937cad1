package dev.grpcos.cli.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.cli.distribution.Outcome;
import dev.grpcos.cli.distribution.Running;
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

/** A gateway with a configuration file, which changes while it runs. */
final class ConfigurationIT {
  private static final String AUDIT = "audit: {file: audit.jsonl}\n";

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

  @ParameterizedTest
  @EnumSource
  void aBadReloadIsToldWithEveryProblemAndChangesNothing(Warmth warmth) throws Exception {
    write("polcy: []\ndrain: -1s\n");
    Outcome outcome = warmth.on(gateway.grpcos("gateway", "reload")).run();
    assertThat(outcome)
        .isEqualTo(
            new Outcome(
                2,
                "",
                """
                grpcos: nothing has changed: the configuration has 2 problems:
                  %1$s:1:1: unknown key 'polcy'; did you mean 'policy'?
                  %1$s:2:8: drain is '-1s', no duration; give a number and a unit, as 500ms, 30s, \
                1m30s or 2h
                """
                    .formatted(configuration())));
    assertThat(gateway.grpcos("health").run()).isEqualTo(new Outcome(0, "SERVING\n", ""));
  }

  @ParameterizedTest
  @EnumSource
  void aReloadTakesThePolicyOverAndTellsWhatItCannot(Warmth warmth) throws Exception {
    Running watch = gateway.watch(Warmth.WARM);
    write(
        "policy: [{users: [1], methods: ['helloworld.Greeter/*']}]\nlisten: {mode: 0660}\n"
            + AUDIT);
    assertThat(warmth.on(gateway.grpcos("gateway", "reload")).run())
        .isEqualTo(
            new Outcome(0, "", "grpcos: listen.mode changes at a restart of the gateway only\n"));
    Outcome refused = warmth.on(gateway.grpcos("call", "Greeter/SayHello", "name=x")).run();
    assertThat(refused.stderr()).contains("PERMISSION_DENIED", "no rule of the gateway's policy");
    assertThat(refused.exit()).isEqualTo(71);
    assertThat(watch.isAlive()).isTrue();
    write(AUDIT);
    assertThat(gateway.grpcos("gateway", "reload").run()).isEqualTo(new Outcome(0, "", ""));
    assertThat(warmth.on(gateway.grpcos("call", "Greeter/SayHello", "name=x")).run().stdout())
        .isEqualTo("{\"message\":\"Hello x\"}\n");
    assertThat(watch.isAlive()).isTrue();
  }

  /** Its end comes while it begins, on two threads at once: neither may wait for the other. */
  @ParameterizedTest
  @EnumSource
  void callsToAnUpstreamThatIsDownEnd(Warmth warmth) throws Exception {
    Files.writeString(
        folder.resolve("down.proto"),
        "syntax = \"proto3\"; service Down { rpc Get(Empty) returns (Empty); } message Empty {}");
    write("upstreams: [{name: down, target: 'unix:none.sock', proto: [down.proto]}]\n");
    assertThat(gateway.grpcos("gateway", "reload").run()).isEqualTo(new Outcome(0, "", ""));
    Outcome calls =
        warmth
            .on(gateway.grpcos("call", "Down/Get", "--keep-going"))
            .stdinPipe("{}".repeat(20).getBytes(UTF_8))
            .run();
    assertThat(calls.stderr().lines())
        .hasSize(20)
        .allMatch(line -> line.endsWith("/none.sock): no such socket (Down/Get)"));
    assertThat(calls.exit()).isEqualTo(78);
  }

  @Test
  void sighupReloadsAndTheLogTells() throws Exception {
    write("drain: soon\n");
    gateway.process().signal("HUP");
    Eventually.until(
        "the problem is logged",
        TestGateway.SOON,
        () -> gateway.process().stderr().contains("nothing has changed"));
    assertThat(gateway.process().stderr()).contains("drain is 'soon', no duration");
    write("");
    gateway.process().signal("HUP");
    Eventually.until(
        "the reload is logged",
        TestGateway.SOON,
        () -> gateway.process().stderr().contains("msg=\"reloaded\""));
  }

  /** Also where the resident makes the call in its caller's name. */
  @ParameterizedTest
  @EnumSource
  void aCallIsAuditedOnceHoweverItCame(Warmth warmth) throws Exception {
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
