package dev.grpcos.cli.resident;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests a resident with hostile clients, with too many clients, and when it is killed. */
class ResidentIT {
  private static final Duration SOON = Duration.ofMinutes(1);
  private static final int COMMANDS = 2;
  private static final int LAUNCHES = Boolean.getBoolean("grpcos.soak") ? 1000 : 300;

  /** For files that commands write, possibly after the test that started them. */
  @TempDir static Path shared;

  private static Path launcher;
  private static Path socket;

  /** Serves all tests; the next one starts it again if a test has ended it. */
  private static @Nullable SampleGatewayProcess running;

  @TempDir Path folder;
  private LauncherShell shell;
  private SampleGatewayProcess gateway;

  @BeforeAll
  static void compile() throws Exception {
    launcher = CompiledLauncher.compile(shared, "1.0", CompiledLauncher.RELEASED);
    socket = shared.resolve("gateway.sock");
  }

  @BeforeEach
  void start() throws Exception {
    shell = new LauncherShell(launcher, socket, folder);
    gateway = running == null ? SampleGatewayProcess.start(socket, COMMANDS) : running;
    running = gateway;
  }

  /** Gives the next test another gateway if this one's has ended. */
  @AfterEach
  void keep() {
    running = gateway.isAlive() ? gateway : null;
  }

  @AfterAll
  static void stop() throws Exception {
    if (running != null) {
      running.end();
    }
  }

  private SocketChannel connect() throws IOException {
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    channel.connect(UnixDomainSocketAddress.of(socket + ".cli"));
    return channel;
  }

  private static void send(SocketChannel channel, byte... bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }

  /** Reads until the resident closes or resets the connection. */
  private static byte[] receive(SocketChannel channel) {
    ByteBuffer buffer = ByteBuffer.allocate(1 << 20);
    try {
      while (channel.read(buffer) >= 0) {
        assertThat(buffer.hasRemaining()).isTrue();
      }
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("reset");
    }
    return Arrays.copyOf(buffer.array(), buffer.position());
  }

  private static byte[] hello(int version, String release, String... arguments) {
    ByteBuffer payload = ByteBuffer.allocate(10_000);
    payload.putInt(version);
    string(payload, release);
    payload.put(new byte[] {4, 4, 4}).putInt(0);
    string(payload, "/");
    payload.putInt(arguments.length);
    for (String argument : arguments) {
      string(payload, argument);
    }
    payload.putInt(0).putInt(0).putLong(-1);
    byte[] bytes = new byte[payload.flip().remaining()];
    payload.get(bytes);
    return frame('H', bytes);
  }

  private static void string(ByteBuffer payload, String text) {
    payload.putInt(text.getBytes(UTF_8).length).put(text.getBytes(UTF_8));
  }

  private static byte[] frame(char type, byte... payload) {
    return ByteBuffer.allocate(5 + payload.length)
        .put((byte) type)
        .putInt(payload.length)
        .put(payload)
        .array();
  }

  private void assertStillServes() throws Exception {
    assertThat(shell.runServed("grpcos echo fine"))
        .isEqualTo(new LauncherShell.ShellResult(0, "fine\n", ""));
  }

  @Test
  void anotherProtocolIsRefusedInAFrameOfEveryVersion() throws Exception {
    try (SocketChannel client = connect()) {
      send(client, hello(Protocol.VERSION + 1, "1.0", "echo", "x"));
      assertThat(receive(client)).startsWith('C', 0, 0, 0);
    }
  }

  @Test
  void garbageClosesTheConnection() throws Exception {
    Random random = new Random(1);
    for (int i = 0; i < 200; i++) {
      byte[] bytes = new byte[1 + random.nextInt(2000)];
      random.nextBytes(bytes);
      if (i % 2 == 0) {
        bytes = frame('H', bytes); // invalid content
      }
      try (SocketChannel client = connect()) {
        send(client, bytes);
        if (bytes.length >= 5) {
          receive(client);
        }
      }
    }
    assertStillServes();
  }

  @Test
  void answersWithoutARequestCloseTheConnection() throws Exception {
    List<byte[]> lies =
        List.of(
            frame('N', (byte) 127, (byte) 0, (byte) 0, (byte) 0),
            frame('D', (byte) 0, (byte) 0, (byte) 0, (byte) 0),
            frame('D', (byte) 0, (byte) 0, (byte) 0, (byte) 9),
            frame('F', (byte) 0, (byte) 0, (byte) 0, (byte) 0),
            frame('V', (byte) 1),
            frame('D'),
            frame('?'),
            hello(Protocol.VERSION, "1.0", "nothing"));
    for (int i = 0; i < lies.size(); i++) {
      Path trace = shared.resolve("lie-" + i);
      try (SocketChannel client = connect()) {
        send(client, hello(Protocol.VERSION, "1.0", "hang", trace.toString()));
        Eventually.until("it starts", SOON, () -> Files.exists(Path.of(trace + ".started")));
        send(client, lies.get(i));
        receive(client);
      }
      Eventually.until("it is cancelled", SOON, () -> Files.exists(Path.of(trace + ".cancelled")));
    }
    assertStillServes();
  }

  @Test
  void slowClientsAreClosedAndDoNotDelayOthers() throws Exception {
    List<SocketChannel> slow = new ArrayList<>();
    slow.add(connect());
    send(slow.get(0));
    slow.add(connect());
    send(slow.get(1), (byte) 'H', (byte) 0);
    slow.add(connect());
    byte[] half = hello(Protocol.VERSION, "1.0", "echo", "x");
    send(slow.get(2), Arrays.copyOf(half, half.length / 2));
    assertStillServes();
    for (SocketChannel client : slow) {
      assertThat(receive(client)).isEmpty();
      client.close();
    }
  }

  @Test
  void hugeFrameIsRefusedByItsHeader() throws Exception {
    try (SocketChannel client = connect()) {
      send(client, (byte) 'H', (byte) 127, (byte) 0, (byte) 0, (byte) 0);
      assertThat(receive(client)).isEmpty();
    }
    try (SocketChannel client = connect()) {
      send(client, (byte) 'D', (byte) -1, (byte) -1, (byte) -1, (byte) -1);
      assertThat(receive(client)).isEmpty();
    }
  }

  @Test
  void commandsAboveTheLimitRunColdUntilOneEnds() throws Exception {
    Process[] hanging = new Process[COMMANDS];
    for (int i = 0; i < COMMANDS; i++) {
      Path trace = shared.resolve("hang-" + i);
      hanging[i] = shell.start("hang", trace.toString());
      Eventually.until("it starts", SOON, () -> Files.exists(Path.of(trace + ".started")));
    }
    assertThat(shell.run("grpcos echo x").out()).isEqualTo("cold echo x\n");
    hanging[0].destroyForcibly().waitFor();
    Eventually.until(
        "its place is free", SOON, () -> "x\n".equals(shell.run("grpcos echo x").out()));
    hanging[1].destroyForcibly().waitFor();
  }

  @Test
  void idleThreadsEnd() throws Exception {
    assertStillServes();
    Eventually.until(
        "the worker ends",
        SOON,
        () -> {
          try (var threads = Files.list(Path.of("/proc/" + gateway.pid() + "/task"))) {
            return threads.noneMatch(ResidentIT::isWorker);
          }
        });
  }

  private static boolean isWorker(Path thread) {
    try {
      return Files.readString(thread.resolve("comm")).startsWith("command-");
    } catch (IOException e) {
      return false; // it has just ended
    }
  }

  @Test
  void killedGatewayEndsTheCommandWithUnavailable() throws Exception {
    Path trace = folder.resolve("orphan");
    Process orphan = shell.start("hang", trace.toString());
    Eventually.until("it starts", SOON, () -> Files.exists(Path.of(trace + ".started")));
    gateway.kill();
    assertThat(orphan.waitFor()).isEqualTo(78);
    assertThat(new String(orphan.getErrorStream().readAllBytes(), UTF_8))
        .isEqualTo("grpcos: UNAVAILABLE: the gateway at " + socket + " ended during the command\n");
    assertThat(shell.run("echo input | grpcos cat"))
        .isEqualTo(new LauncherShell.ShellResult(9, "cold cat\ninput\n", ""));
  }

  @Test
  void stoppingGatewayCancelsCommands() throws Exception {
    Path trace = folder.resolve("last");
    Process last = shell.start("hang", trace.toString());
    Eventually.until("it starts", SOON, () -> Files.exists(Path.of(trace + ".started")));
    gateway.end();
    assertThat(Path.of(trace + ".cancelled")).exists();
    assertThat(last.waitFor()).isEqualTo(78);
  }

  @Test
  void unresponsiveGatewayIsNotUsed() throws Exception {
    signal("STOP");
    try {
      LauncherShell.ShellResult result = shell.run("echo input | grpcos cat");
      assertThat(result.exit()).isEqualTo(9);
      assertThat(result.out()).isEqualTo("cold cat\ninput\n");
      assertThat(result.err())
          .isEqualTo("grpcos: the gateway at " + socket + " does not answer; running without it\n");
      Path trace = shared.resolve("twice");
      shell.run("grpcos hang " + trace);
      signal("CONT");
      assertStillServes();
      // a command that a separate process has taken over must not also run here
      assertThat(Path.of(trace + ".started")).doesNotExist();
    } finally {
      signal("CONT");
    }
  }

  private void signal(String name) throws Exception {
    new ProcessBuilder("kill", "-" + name, Long.toString(gateway.pid())).start().waitFor();
  }

  @Test
  void launchesDuringRestartsSucceedOrAreUnavailable() throws Exception {
    String script =
        "for i in $(seq %d); do out=$(grpcos echo $i 2>/dev/null); code=$?;"
            + " case $code:$out in 0:$i | 9:\"cold echo $i\" | 78:*) ;;"
            + " *) echo wrong: $code:$out ;; esac; done";
    FutureTask<LauncherShell.ShellResult> launches =
        new FutureTask<>(() -> shell.run(script.formatted(LAUNCHES)));
    Thread launching = new Thread(launches);
    launching.start();
    while (!launches.isDone()) {
      gateway.kill();
      gateway = SampleGatewayProcess.start(socket, COMMANDS);
      assertStillServes();
    }
    launching.join();
    assertThat(launches.get()).isEqualTo(new LauncherShell.ShellResult(0, "", ""));
  }
}
