package dev.grpcos.cli.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.grpcos.cli.distribution.Command;
import dev.grpcos.cli.distribution.Distribution;
import dev.grpcos.cli.distribution.Outcome;
import dev.grpcos.cli.distribution.Running;
import dev.grpcos.cli.resident.Eventually;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests {@code grpcos gateway share}: its command, its exit code, its signals and its end. */
final class ShareIT extends RenewedGatewayFixture {
  private static final String GRPCOS = Distribution.built().grpcos().toString();

  @BeforeEach
  void removePid() throws Exception {
    Files.deleteIfExists(folder.resolve("pid"));
  }

  private static Command share(String... words) {
    List<String> line = new ArrayList<>(List.of("gateway", "share", "--allow"));
    line.add("helloworld.Greeter/SayHello");
    line.addAll(List.of(words));
    return new Command(Path.of(GRPCOS), line)
        .with("GRPCOS_SOCKET", folder.resolve("g.sock").toString())
        .in(folder);
  }

  /** Returns the names of the files beside the gateway's socket. */
  private static List<String> names() throws Exception {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> String.valueOf(file.getFileName())).toList();
    }
  }

  private static boolean isShared() throws Exception {
    return names().stream().anyMatch(name -> name.contains("share-"));
  }

  private static void awaitNoSharedSocket() throws Exception {
    Eventually.until("the shared socket is gone", TestGateway.SOON, () -> !isShared());
  }

  /** Starts a command that writes its pid, and waits for it. */
  private static Running sleeping() throws Exception {
    Running share = share("--", "sh", "-c", "echo $$ >pid; exec sleep 60").start();
    Path pid = folder.resolve("pid");
    Eventually.until(
        "the command runs",
        TestGateway.SOON,
        () -> Files.exists(pid) && Files.readString(pid).endsWith("\n"));
    assertThat(isShared()).isTrue();
    return share;
  }

  private static boolean commandLives() throws Exception {
    long pid = Long.parseLong(Files.readString(folder.resolve("pid")).strip());
    return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
  }

  @Test
  void theCommandHasASocketThatOffersTheMethods() throws Exception {
    Outcome outcome =
        share(
                "--",
                "sh",
                "-c",
                "\"$1\" call SayHello name=x; \"$1\" gateway status 2>/dev/null; echo $?; exit 37",
                "sh",
                GRPCOS)
            .with("GRPCOS_TARGET", "127.0.0.1:1")
            .run();

    assertThat(outcome).isEqualTo(new Outcome(37, "{\"message\":\"Hello x\"}\n71\n", ""));
    awaitNoSharedSocket();
  }

  @Test
  void signalsArePassedOn() throws Exception {
    try (Running share = sleeping()) {
      share.signal("TERM");
      assertThat(share.end(TestGateway.SOON).exit()).isEqualTo(143);
      assertThat(commandLives()).isFalse();
      awaitNoSharedSocket();
    }
  }

  @Test
  void signalsArePassedOnIntoTheSandbox(@TempDir Path shown) throws Exception {
    assumeSandbox();
    Path log = shown.resolve("log");
    String script =
        "for s in HUP INT; do trap \"echo $s >>log\" $s; done; trap 'exit 7' TERM;"
            + " sleep 60 & echo ready >log; while true; do wait; done";
    try (Running share = share("--isolate", "--", "sh", "-c", script).in(shown).start()) {
      for (String signal : List.of("HUP", "INT")) {
        String before = signal.equals("HUP") ? "ready\n" : "HUP\n";
        Eventually.until(
            "the command is ready for " + signal,
            TestGateway.SOON,
            () -> Files.exists(log) && Files.readString(log).endsWith(before));
        share.signal(signal);
      }
      Eventually.until(
          "the command got both", TestGateway.SOON, () -> Files.readString(log).endsWith("INT\n"));
      share.signal("TERM");
      assertThat(share.end(TestGateway.SOON).exit()).isEqualTo(7);
      awaitNoSharedSocket();
    }
  }

  @Test
  void nothingIsLeftWhenItIsKilled() throws Exception {
    try (Running share = sleeping()) {
      share.signal("KILL");
      awaitNoSharedSocket();
      Eventually.until("the command ends", TestGateway.SOON, () -> !commandLives());
    }
  }

  @Test
  void nothingIsLeftWhenTheGatewayIsKilled() throws Exception {
    try (Running share = sleeping()) {
      long pid = Long.parseLong(Files.readString(folder.resolve("g.sock.lock")).strip());
      assertThat(ProcessHandle.of(pid).orElseThrow().destroyForcibly()).isTrue();
      Eventually.until(
          "it reports the end", TestGateway.SOON, () -> share.stderr().contains("is gone"));
      share.signal("TERM");
      assertThat(share.end(TestGateway.SOON).exit()).isEqualTo(143);
      assertThat(isShared()).isFalse();
    }
  }

  @Test
  void withoutACommandItWaitsForItsTime() {
    assertThat(share("--socket", "./ci.sock", "--ttl", "200ms").run().stdout())
        .matches("\\./ci\\.sock  1 of \\d+ methods, for 200ms\n");
    assertThat(folder.resolve("ci.sock")).doesNotExist();
  }

  private static void assumeSandbox() {
    assumeTrue(
        new Command(Path.of("/usr/bin/env"), "bwrap", "--dev-bind", "/", "/", "true").run().exit()
            == 0,
        "bwrap (bubblewrap) is not installed, or may not make namespaces");
  }

  @Test
  void anIsolatedCommandDoesNotSeeOtherServicesOfTheUser(@TempDir Path runtime) throws Exception {
    assumeSandbox();
    Files.createFile(runtime.resolve("bus"));
    Outcome outcome =
        share(
                "--isolate",
                "--",
                "sh",
                "-c",
                "ls -A \"$XDG_RUNTIME_DIR\"; echo \"bus: $DBUS_SESSION_BUS_ADDRESS\";"
                    + " test \"$(cut -d ' ' -f 6 /proc/$$/stat)\" -gt 0 && echo own session")
            .with("XDG_RUNTIME_DIR", runtime.toString())
            .with("DBUS_SESSION_BUS_ADDRESS", "unix:path=" + runtime.resolve("bus"))
            .run();

    assertThat(outcome).isEqualTo(new Outcome(0, "bus: \nown session\n", ""));
  }

  @Test
  void anIsolatedCommandDoesNotSeeTheGatewaysSocket() throws Exception {
    assumeSandbox();
    Outcome outcome =
        share(
                "--isolate",
                "--",
                "sh",
                "-c",
                "ls \"$2\" | wc -l; test ! -e \"$2/g.sock\" && \"$1\" call SayHello name=x",
                "sh",
                GRPCOS,
                folder.toString())
            .run();

    assertThat(outcome).isEqualTo(new Outcome(0, "2\n{\"message\":\"Hello x\"}\n", ""));
  }
}
