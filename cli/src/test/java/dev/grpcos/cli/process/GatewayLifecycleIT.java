package dev.grpcos.cli.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.grpcos.cli.daemon.ProcessState;
import dev.grpcos.cli.distribution.Command;
import dev.grpcos.cli.distribution.Distribution;
import dev.grpcos.cli.distribution.Outcome;
import dev.grpcos.cli.distribution.Running;
import dev.grpcos.cli.resident.Eventually;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the commands that control a gateway. */
final class GatewayLifecycleIT {
  private static final Pattern PID = Pattern.compile("\"pid\":\"(\\d+)\"");

  @TempDir Path folder;

  private Command gateway(String... arguments) {
    return grpcos("gateway", arguments);
  }

  private Command grpcos(String command, String... arguments) {
    String[] line = new String[arguments.length + 1];
    line[0] = command;
    System.arraycopy(arguments, 0, line, 1, arguments.length);
    return new Command(Distribution.built().grpcos(), line)
        .with("GRPCOS_SOCKET", socket().toString())
        .withoutWarmup();
  }

  private Path socket() {
    return folder.resolve("gateway.sock");
  }

  private ProcessHandle started() {
    Outcome status = gateway("status", "--json").run();
    Matcher pid = PID.matcher(status.stdout());
    assertThat(pid.find()).as("status: %s", status).isTrue();
    return ProcessHandle.of(Long.parseLong(pid.group(1))).orElseThrow();
  }

  /** A gateway in the background has no parent here: its lock and its arguments identify it. */
  @AfterEach
  void killProcesses() throws Exception {
    Path lock = folder.resolve("gateway.sock.lock");
    if (Files.notExists(lock)) {
      return;
    }
    String pid = Files.readString(lock).strip();
    Path arguments = Path.of("/proc", pid, "cmdline");
    if (Files.exists(arguments) && Files.readString(arguments).contains(socket().toString())) {
      ProcessHandle.of(Long.parseLong(pid)).ifPresent(ProcessHandle::destroyForcibly);
    }
  }

  /** With the built-in configuration, whose warm-up runs beside the calls, and both compilers. */
  @Test
  void startPrintsTheSocketAndStopWaitsForTheDrain() throws Exception {
    assertThat(gateway("start").without("XDG_CONFIG_HOME").without("GRPCOS_JAVA_OPTS").run())
        .isEqualTo(new Outcome(0, socket() + "\n", ""));
    ProcessHandle gateway = started();
    try (Running conversation =
            grpcos("call", "Greeter/SayHelloBidiStream").stdinHeldOpen(new byte[0]).start();
        Running stop = converseThenStop(conversation)) {
      assertThat(stop.isAlive()).isTrue();
      assertThat(gateway.isAlive()).isTrue();
      conversation.closeInput();
      assertThat(conversation.end(TestGateway.SOON))
          .isEqualTo(new Outcome(0, "{\"message\":\"Hello one\"}\n", ""));
      assertThat(stop.end(TestGateway.SOON))
          .isEqualTo(
              new Outcome(
                  0,
                  "",
                  "grpcos: the gateway (pid %d) waits for 1 call in flight, for at most 10s\n"
                      .formatted(gateway.pid())));
      assertThat(ProcessState.isRunning(gateway)).isFalse();
    }
    assertThat(socket()).doesNotExist();
  }

  /** Starts a stop during the conversation, and waits until the gateway drains. */
  private Running converseThenStop(Running conversation) throws Exception {
    conversation.type("{\"name\":\"one\"}\n");
    TestGateway.awaitStdout(conversation, "{\"message\":\"Hello one\"}\n");
    Running stop = gateway("stop").start();
    Path log = folder.resolve("gateway.sock.log");
    Eventually.until("it drains", TestGateway.SOON, () -> Files.readString(log).contains("drain"));
    return stop;
  }

  @Test
  void secondStartPrintsTheSocketOfTheRunningGateway() throws Exception {
    assertThat(gateway("start").run().exit()).isZero();
    long first = started().pid();
    String log = Files.readString(folder.resolve("gateway.sock.log"));
    assertThat(gateway("start").run()).isEqualTo(new Outcome(0, socket() + "\n", ""));
    assertThat(gateway("start", "--drain", "1s").run())
        .isEqualTo(
            new Outcome(
                0,
                socket() + "\n",
                "grpcos: a gateway (pid %d) already runs there, and keeps its options; give them"
                        .formatted(first)
                    + " to 'grpcos gateway restart'\n"));
    assertThat(folder.resolve("gateway.sock.log")).hasContent(log);
    assertThat(grpcos("call", "Greeter/SayHello", "name=x").run())
        .isEqualTo(new Outcome(0, "{\"message\":\"Hello x\"}\n", ""));
    assertThat(started().pid()).isEqualTo(first);
    assertStatusHasItsKeys(JsonParser.parseString(gateway("status", "--json").run().stdout()));
  }

  /** Scripts rely on these keys. */
  private void assertStatusHasItsKeys(JsonElement printed) {
    JsonObject status = printed.getAsJsonObject();
    assertThat(status.keySet())
        .contains(
            "pid",
            "uid",
            "started",
            "uptime",
            "versions",
            "socket",
            "services",
            "calls",
            "memory",
            "draining",
            "upstreams");
    assertThat(status.get("socket").getAsString()).isEqualTo(socket().toString());
    assertThat(status.getAsJsonArray("services").toString()).contains("\"helloworld.Greeter\"");
    assertThat(status.get("draining").getAsBoolean()).isFalse();
    assertThat(status.getAsJsonObject("versions").keySet())
        .contains("grpcos", "grpc", "protobuf", "java");
    assertThat(status.getAsJsonObject("calls").keySet())
        .contains("total", "inFlight", "failed", "connections");
    assertThat(status.getAsJsonObject("memory").keySet())
        .contains("rssBytes", "heapUsedBytes", "heapMaxBytes");
  }

  @Test
  void failedStartPrintsTheEndOfTheLog() throws Exception {
    Files.writeString(socket(), "a regular file");
    Outcome start = gateway("start").run();
    assertThat(start.exit()).isEqualTo(1);
    assertThat(start.stdout()).isEmpty();
    assertThat(start.stderr())
        .startsWith(
            "grpcos: the gateway did not start, see the end of its log " + socket() + ".log:\n")
        .containsPattern("\n  [^\n]*" + Pattern.quote(socket().toString()) + " [^\n]*\n$");
    assertThat(socket()).hasContent("a regular file");
  }

  /** As under nohup, in a script's background job, or with a narrow umask. */
  @Test
  void startResetsIgnoredSignalsAndANarrowUmask() throws Exception {
    Path config = Files.writeString(folder.resolve("gateway.yaml"), "drain: 1s\nwarmup: false\n");
    Path grpcos = Distribution.built().grpcos();
    String script =
        "trap '' HUP INT TERM; umask 0277; exec %s gateway start --config %s"
            .formatted(grpcos, config);
    assertThat(
            new Command(Path.of("/bin/sh"), "-c", script)
                .withoutWarmup()
                .with("GRPCOS_SOCKET", socket().toString())
                .run()
                .exit())
        .isZero();
    ProcessHandle gateway = started();
    Path log = folder.resolve("gateway.sock.log");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(log)))
        .isEqualTo("rw-------");

    Files.writeString(config, "drian: 1s\n");
    signal(gateway, "HUP");
    Eventually.until("it reloads", TestGateway.SOON, () -> Files.readString(log).contains("drian"));
    signal(gateway, "TERM");
    gateway.onExit().get(TestGateway.SOON.toSeconds(), TimeUnit.SECONDS);
  }

  @Test
  void restartKeepsTheOptionsThatAreNotGiven() throws Exception {
    Path config =
        Files.writeString(folder.resolve("gateway.yaml"), "audit: {file: audit}\nwarmup: false\n");
    assertThat(gateway("start", "--config", config.toString(), "--mode", "0660").run().exit())
        .isZero();
    ProcessHandle first = started();
    Files.writeString(config, "audit: {fiel: audit}\n");
    assertThat(gateway("restart").run().exit()).isEqualTo(2);
    assertThat(first.isAlive()).as("an invalid configuration ends nothing").isTrue();
    Files.writeString(config, "limits: {calls: 99}\nwarmup: false\n");
    Outcome restarted = gateway("restart", "--idle", "1h").run();
    assertThat(restarted).isEqualTo(new Outcome(0, socket() + "\n", restarted.stderr()));
    // A message about a long wait depends on the machine.
    assertThat(restarted.stderr()).matches("(grpcos: waiting until the gateway [^\n]+\n)?");
    assertThat(ProcessState.isRunning(first)).isFalse();
    JsonObject status =
        JsonParser.parseString(gateway("status", "--json").run().stdout()).getAsJsonObject();
    assertThat(status.get("configFile").getAsString()).isEqualTo(config.toString());
    assertThat(status.getAsJsonObject("launch").getAsJsonArray("arguments").toString())
        .contains("\"--mode\",\"0660\"", "\"--idle\",\"3600000ms\"");
  }

  @Test
  void restartFindsTheGatewayAtTheSocketOfTheConfiguration() throws Exception {
    Path config =
        Files.writeString(
            folder.resolve("gateway.yaml"),
            "listen: {socket: %s}\nwarmup: false\n".formatted(socket()));
    assertThat(gateway("start", "--config", config.toString()).run().exit()).isZero();
    ProcessHandle first = started();
    Command restart =
        gateway("restart", "--config", config.toString(), "--mode", "0660")
            .with("GRPCOS_SOCKET", folder.resolve("other.sock").toString());
    assertThat(restart.run().stdout()).isEqualTo(socket() + "\n");
    assertThat(ProcessState.isRunning(first)).isFalse();
    assertThat(started().pid()).isNotEqualTo(first.pid());
  }

  @Test
  void startDuringTheDrainOfARestartWaitsForTheNewGateway() throws Exception {
    assertThat(gateway("start").run().exit()).isZero();
    Path log = folder.resolve("gateway.sock.log");
    try (Running conversation =
        grpcos("call", "Greeter/SayHelloBidiStream").stdinHeldOpen(new byte[0]).start()) {
      conversation.type("{\"name\":\"one\"}\n");
      TestGateway.awaitStdout(conversation, "{\"message\":\"Hello one\"}\n");
      try (Running restart = gateway("restart", "--mode", "0660").start()) {
        Eventually.until(
            "it drains", TestGateway.SOON, () -> Files.readString(log).contains("drain"));
        try (Running start = gateway("start").start()) {
          ProcessFacts facts = new ProcessFacts(start.pid());
          Eventually.until(
              "the start waits", TestGateway.SOON, () -> facts.isOpen("gateway.sock.start"));
          conversation.closeInput();
          assertThat(restart.end(TestGateway.SOON).exit()).isZero();
          assertThat(start.end(TestGateway.SOON)).isEqualTo(new Outcome(0, socket() + "\n", ""));
        }
      }
    }
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket())))
        .isEqualTo("rw-rw----");
  }

  @Test
  void restartWithoutAGatewayStartsOne() {
    assertThat(gateway("restart").run()).isEqualTo(new Outcome(0, socket() + "\n", ""));
    assertThat(started().isAlive()).isTrue();
  }

  @Test
  void gatewayInTheForegroundSaysWhereItsLogIsAndExitsWith0OnSigint() throws Exception {
    try (TestGateway front = TestGateway.run(socket())) {
      long pid = front.process().pid();
      Outcome logs = gateway("logs").run();
      assertThat(logs.exit()).isEqualTo(1);
      assertThat(logs.stderr())
          .matches(
              "grpcos: the gateway at %s \\(pid %d\\) runs in the foreground and logs to \\S+\n"
                  .formatted(Pattern.quote(socket().toString()), pid));
      Outcome restart = gateway("restart").run();
      assertThat(restart.exit()).isEqualTo(1);
      assertThat(restart.stderr()).contains("was not started by 'grpcos gateway start'");
      assertThat(front.process().isAlive()).isTrue();
      front.process().signal("INT");
      assertThat(front.process().end(TestGateway.SOON).exit()).isZero();
    }
  }

  @Test
  void twoCommandsAtOnceStartOneGateway() throws Exception {
    try (Running one = starting("one").start();
        Running two = starting("two").start()) {
      assertThat(one.end(TestGateway.SOON))
          .isEqualTo(new Outcome(0, "{\"message\":\"Hello one\"}\n", ""));
      assertThat(two.end(TestGateway.SOON))
          .isEqualTo(new Outcome(0, "{\"message\":\"Hello two\"}\n", ""));
    }
    long pid = started().pid();
    assertThat(folder.resolve("gateway.sock.log")).content().containsOnlyOnce("listening on");
    assertThat(folder.resolve("gateway.sock.lock")).content().isEqualTo(pid + "\n");
  }

  private Command starting(String name) {
    return grpcos("call", "SayHello", "name=" + name).with("GRPCOS_AUTOSTART", "1");
  }

  @Test
  void commandUsesTheSocketThatTheConfigurationNames() throws Exception {
    Files.createDirectories(folder.resolve("config/grpcos"));
    Files.writeString(
        folder.resolve("config/grpcos/gateway.yaml"),
        "warmup: false\nlisten: {socket: " + socket() + "}\n");
    Command command =
        starting("x")
            .without("GRPCOS_SOCKET")
            .with("XDG_RUNTIME_DIR", folder.resolve("run").toString())
            .with("XDG_CONFIG_HOME", folder.resolve("config").toString());
    for (int i = 0; i < 2; i++) {
      assertThat(command.run())
          .isEqualTo(
              new Outcome(
                  0,
                  "{\"message\":\"Hello x\"}\n",
                  "grpcos: GRPCOS_AUTOSTART: the gateway listens on %s; set GRPCOS_SOCKET"
                          .formatted(socket())
                      + " to this path to avoid a new process for each command\n"));
    }
    assertThat(folder.resolve("gateway.sock.log")).content().containsOnlyOnce("listening on");
  }

  @Test
  void commandRunsColdIfItCannotStartAGateway() throws Exception {
    Files.createDirectories(folder.resolve("config/grpcos"));
    Path config = folder.resolve("config/grpcos/gateway.yaml");
    Files.writeString(config, "drian: 1s\n");
    Outcome outcome =
        starting("x").with("XDG_CONFIG_HOME", folder.resolve("config").toString()).run();
    assertThat(outcome.exit()).isEqualTo(78);
    assertThat(outcome.stderr().lines())
        .containsExactly(
            "grpcos: GRPCOS_AUTOSTART started no gateway, running without one: "
                + config
                + ":1:1: unknown key 'drian'; did you mean 'drain'?",
            "grpcos: UNAVAILABLE: no gateway runs at "
                + socket()
                + ": no such socket; start one with 'grpcos gateway start'");
  }

  private static void signal(ProcessHandle process, String name) {
    new Command(Path.of("/bin/kill"), "-" + name, Long.toString(process.pid())).run();
  }

  @Test
  void reloadReopensAMovedLog() throws Exception {
    assertThat(gateway("start").run().exit()).isZero();
    Path log = folder.resolve("gateway.sock.log");
    try (Running follow = gateway("logs", "--follow").start()) {
      Eventually.until(
          "logs prints the file",
          TestGateway.SOON,
          () -> follow.stdout().equals(Files.readString(log)));
      Path moved = Files.move(log, folder.resolve("moved"));
      String before = Files.readString(moved);
      assertThat(gateway("reload").run().exit()).isZero();
      Eventually.until(
          "the reload is logged",
          TestGateway.SOON,
          () -> Files.exists(log) && Files.readString(log).contains("reloaded"));
      assertThat(moved).hasContent(before);
      Eventually.until(
          "logs follows the new file",
          TestGateway.SOON,
          () -> follow.stdout().contains("reloaded"));
    }
  }

  @Test
  void startedGatewayOutlivesTheTerminal() {
    assumeTrue(
        new Command(Path.of("/bin/sh"), "-c", "command -v script").run().exit() == 0,
        "no script, of util-linux, for a terminal");
    Outcome session =
        new Command(
                Path.of("/bin/sh"),
                "-c",
                "script -qec '" + Distribution.built().grpcos() + " gateway start' /dev/null")
            .withoutWarmup()
            .with("GRPCOS_SOCKET", socket().toString())
            .run();
    assertThat(session.exit()).as("start: %s", session).isZero();
    // script has ended, and its terminal is gone
    ProcessHandle gateway = started();
    Outcome ids =
        new Command(Path.of("/bin/sh"), "-c", "ps -o sid=,tty= -p " + gateway.pid()).run();
    assertThat(ids.stdout().strip().split("\\s+"))
        .containsExactly(Long.toString(gateway.pid()), "?");
    assertThat(grpcos("health").run()).isEqualTo(new Outcome(0, "SERVING\n", ""));
  }
}
