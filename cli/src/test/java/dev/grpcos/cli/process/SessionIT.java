package dev.grpcos.cli.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.cli.distribution.Outcome;
import dev.grpcos.cli.distribution.Running;
import dev.grpcos.cli.resident.Eventually;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Sessions from bash: under load, and with processes that are killed. {@code -Dgrpcos.soak=true}
 * makes more calls.
 */
final class SessionIT extends RenewedGatewayFixture {
  private static final int CALLS = Boolean.getBoolean("grpcos.soak") ? 100_000 : 20_000;

  private static final String WATCH = "{\"id\":1,\"method\":\"Health/Watch\"}\n";
  private static final String SERVING = "{\"id\":1,\"response\":{\"status\":\"SERVING\"}}\n";

  private static Path calls(int count) throws Exception {
    return Files.writeString(
        folder.resolve(count + ".jsonl"),
        IntStream.rangeClosed(1, count)
            .mapToObj(
                i ->
                    "{\"id\":%d,\"method\":\"SayHello\",\"request\":{\"name\":\"x\"}}\n"
                        .formatted(i))
            .collect(Collectors.joining()));
  }

  private Running watching(RunMode warmth) throws Exception {
    Running session =
        gateway.start(warmth.on(gateway.grpcos("session").stdinHeldOpen(WATCH.getBytes(UTF_8))));
    TestGateway.awaitStdout(session, SERVING);
    return session;
  }

  @ParameterizedTest
  @EnumSource
  void killedLauncherCancelsTheCalls(RunMode warmth) throws Exception {
    gateway.awaitInFlight(0);
    Running session = watching(warmth);
    gateway.awaitInFlight(1);
    session.signal("KILL");
    assertThat(session.end(TestGateway.SOON)).isEqualTo(new Outcome(137, SERVING, ""));
    gateway.awaitInFlight(0);
  }

  @ParameterizedTest
  @EnumSource
  void killedGatewayEndsTheSession(RunMode warmth) throws Exception {
    Running session = watching(warmth);
    gateway.process().signal("KILL");
    assertThat(session.end(TestGateway.SOON).exit()).isEqualTo(78);
  }

  @Test
  void manyCallsFromBashTakeLittleMemory() throws Exception {
    Path input = calls(CALLS);
    Path memory = Path.of("/proc", gateway.process().pid() + "", "status");
    int some = CALLS / 5;
    Outcome first =
        gateway.bash("head -n %d %s | grpcos session | wc -l".formatted(some, input)).run();
    assertThat(first).isEqualTo(new Outcome(0, some + "\n", ""));
    long before = resident(memory);
    Outcome all =
        gateway
            .bash(
                "grpcos session <%s >%s.out && grep -c '\"ok\":true' %s.out"
                    .formatted(input, input, input))
            .run();
    assertThat(all).isEqualTo(new Outcome(0, CALLS + "\n", ""));
    assertThat(resident(memory) - before).as("kB").isLessThan(48 * 1024);
  }

  private static long resident(Path status) throws Exception {
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .map(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow();
  }

  /** The session reads its input only as far as its bounds allow while no one reads its output. */
  @Test
  void outputThatIsNotReadHoldsBackTheInput() throws Exception {
    Path input = calls(20_000);
    Running session =
        gateway.start(
            gateway
                .bash(
                    """
                    mkfifo %1$s.fifo
                    grpcos session <%1$s >%1$s.fifo &
                    echo $!
                    exec 9<%1$s.fifo
                    read -r
                    wc -l <&9
                    """
                        .formatted(input))
                .stdinHeldOpen(new byte[0]));
    Eventually.until("the pid", TestGateway.SOON, () -> session.stdout().endsWith("\n"));
    Path position = Path.of("/proc", session.stdout().strip(), "fdinfo/0");
    long[] seen = {0};
    Eventually.until(
        "the input is held back",
        TestGateway.SOON,
        () -> {
          long before = seen[0];
          seen[0] = Long.parseLong(Files.readAllLines(position).get(0).replaceAll("\\D", ""));
          return seen[0] > 0 && seen[0] == before && blocked(session.stdout().strip());
        });
    assertThat(seen[0]).isLessThan(Files.size(input) / 2);
    session.type("\n");
    Eventually.until(
        "all calls end", TestGateway.SOON, () -> session.stdout().endsWith("\n20000\n"));
  }

  /** Returns whether a process waits in the kernel for something other than its input. */
  private static boolean blocked(String pid) throws Exception {
    return Files.readString(Path.of("/proc", pid, "stat")).contains(") S ");
  }
}
