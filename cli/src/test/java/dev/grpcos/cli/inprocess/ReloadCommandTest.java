package dev.grpcos.cli.inprocess;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.cli.distribution.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests a gateway whose configuration file changes while it runs. */
final class ReloadCommandTest {
  private static final String AUDIT = "audit: {file: audit.jsonl}\n";

  @TempDir Path folder;
  private InProcessGateway gateway;

  @BeforeEach
  void startGateway() throws Exception {
    write(AUDIT);
    gateway = InProcessGateway.start(folder.resolve("gateway.sock"), configuration());
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

  /** Starts an endless stream, and returns after its first response. */
  private InProcessRun watch() throws Exception {
    InProcessRun watch =
        gateway.start(
            CallRoute.RESIDENT.on(
                gateway.grpcos("call", "grpc.health.v1.Health/Watch", "-d", "{}")));
    InProcessGateway.awaitStdout(watch, "{\"status\":\"SERVING\"}\n");
    return watch;
  }

  @ParameterizedTest
  @EnumSource
  void invalidConfigurationIsReportedInFullAndChangesNothing(CallRoute route) throws Exception {
    write("polcy: []\ndrain: -1s\n");
    Outcome outcome = route.on(gateway.grpcos("gateway", "reload")).run();
    assertThat(outcome)
        .isEqualTo(
            new Outcome(
                2,
                "",
                """
                grpcos: nothing has changed: the configuration has 2 problems:
                  %1$s:1:1: unknown key 'polcy'; did you mean 'policy'?
                  %1$s:2:8: drain is '-1s', not a duration; give a number and a unit, as 500ms, 30s, \
                1m30s or 2h
                """
                    .formatted(configuration())));
    assertThat(gateway.grpcos("health").run()).isEqualTo(new Outcome(0, "SERVING\n", ""));
  }

  @ParameterizedTest
  @EnumSource
  void reloadAppliesThePolicyAndReportsKeysThatNeedARestart(CallRoute route) throws Exception {
    InProcessRun watch = watch();
    write(
        "policy: [{users: [1], methods: ['helloworld.Greeter/*']}]\nlisten: {mode: 0660}\n"
            + AUDIT);
    assertThat(route.on(gateway.grpcos("gateway", "reload")).run())
        .isEqualTo(
            new Outcome(
                0, "", "grpcos: listen.mode takes effect only after a restart of the gateway\n"));
    Outcome refused = route.on(gateway.grpcos("call", "Greeter/SayHello", "name=x")).run();
    assertThat(refused.stderr()).contains("PERMISSION_DENIED", "no rule of the gateway's policy");
    assertThat(refused.exit()).isEqualTo(71);
    assertThat(watch.isAlive()).isTrue();
    write(AUDIT);
    assertThat(gateway.grpcos("gateway", "reload").run()).isEqualTo(new Outcome(0, "", ""));
    assertThat(route.on(gateway.grpcos("call", "Greeter/SayHello", "name=x")).run().stdout())
        .isEqualTo("{\"message\":\"Hello x\"}\n");
    assertThat(watch.isAlive()).isTrue();
  }

  /** Each call ends on one thread while it starts on another; they must not wait for each other. */
  @ParameterizedTest
  @EnumSource
  void callsToAnUpstreamThatIsDownEnd(CallRoute route) throws Exception {
    Files.writeString(
        folder.resolve("down.proto"),
        "syntax = \"proto3\"; service Down { rpc Get(Empty) returns (Empty); } message Empty {}");
    write("upstreams: [{name: down, target: 'unix:none.sock', proto: [down.proto]}]\n");
    assertThat(gateway.grpcos("gateway", "reload").run()).isEqualTo(new Outcome(0, "", ""));
    Outcome calls =
        route
            .on(gateway.grpcos("call", "Down/Get", "--keep-going"))
            .stdinPipe("{}".repeat(20).getBytes(UTF_8))
            .run();
    List<String> lines = calls.stderr().lines().toList();
    assertThat(lines).hasSize(21);
    assertThat(lines.subList(0, 20)).allMatch(line -> line.contains("/none.sock): no such socket"));
    assertThat(lines.get(20))
        .isEqualTo("grpcos: 20 of 20 calls failed: 20 UNAVAILABLE; first: input line 1");
    assertThat(calls.exit()).isEqualTo(78);
  }

  @Test
  void sessionFindsTheServicesOfAReload() throws Exception {
    Files.writeString(
        folder.resolve("s.proto"),
        "syntax = \"proto3\"; package a; service Late { rpc Get(M) returns (M); } message M {}");
    Path program = Files.writeString(folder.resolve("get.sh"), "#!/bin/sh\necho '{}'\n");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    InProcessRun session =
        gateway.start(
            CallRoute.RESIDENT.on(
                gateway.grpcos("session", "--keep-going").stdinHeldOpen(new byte[0])));
    session.type("{\"id\":1,\"method\":\"Late/Get\"}\n");
    InProcessGateway.await("the refusal", () -> session.stdout().contains("no service 'Late'"));
    write("services: [{proto: [s.proto], service: a.Late, exec: [./get.sh]}]\n" + AUDIT);
    assertThat(gateway.grpcos("gateway", "reload").run()).isEqualTo(new Outcome(0, "", ""));
    session.type("{\"id\":2,\"method\":\"Late/Get\"}\n");
    InProcessGateway.await(
        "the response", () -> session.stdout().contains("{\"id\":2,\"seq\":2,\"ok\":true,"));
    session.closeInput();
    assertThat(session.end(InProcessGateway.SOON).exit()).isEqualTo(2);
  }
}
