package dev.grpcos.cli.process;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.grpcos.cli.distribution.Command;
import dev.grpcos.cli.distribution.Outcome;
import dev.grpcos.cli.inprocess.InProcessGateway;
import dev.grpcos.cli.process.SteadyLoad.Failure;
import dev.grpcos.cli.resident.Eventually;
import dev.grpcos.proto.admin.v1.AdminGrpc;
import dev.grpcos.proto.admin.v1.ReloadRequest;
import dev.grpcos.proto.admin.v1.ReloadResponse;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests a gateway and its upstream under load, during events that must not fail a call. With the
 * profile {@code soak} the load lasts for minutes, and figures are printed.
 */
final class SidecarSoakIT {
  private static final boolean SOAK = Boolean.getBoolean("grpcos.soak");

  /** The preface of HTTP/2 with empty settings. */
  private static final byte[] PREFACE =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\u0004\0\0\0\0\0".getBytes(US_ASCII);

  private static final int PER_SECOND = SOAK ? 1_000 : 100;

  @TempDir private Path folder;
  private final List<AutoCloseable> open = new ArrayList<>();

  @SuppressWarnings("NullAway.Init") // each test begins with one
  private TestGateway gateway;

  private List<ManagedChannel> channels = List.of();

  @AfterEach
  void close() throws Exception {
    for (int i = open.size() - 1; i >= 0; i--) {
      open.get(i).close();
    }
  }

  private <T extends AutoCloseable> T closing(T each) {
    open.add(each);
    return each;
  }

  private void write(String name, String content) throws Exception {
    Path next = Files.writeString(folder.resolve("next"), content);
    Files.move(next, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
  }

  /** Starts a gateway with this configuration, and waits for its upstream's Greeter. */
  private void start(String configuration) throws Exception {
    write("gateway.yaml", "warmup: false\n" + configuration);
    gateway =
        closing(
            TestGateway.run(
                folder.resolve("gateway.sock"),
                "--config",
                folder.resolve("gateway.yaml").toString()));
    Eventually.until(
        "the upstream is offered",
        TestGateway.SOON,
        () -> gateway.process().stderr().contains(" services in "));
    channels = closing(new SocketChannels()).open(gateway.socket(), 4);
  }

  /** Starts another gateway, which serves the Greeter. */
  private TestGateway server() throws Exception {
    return closing(TestGateway.run(folder.resolve("server.sock")));
  }

  /** Starts one in this JVM, for tests that do not kill it. */
  private void serverInThisJvm() throws Exception {
    closing(InProcessGateway.start(folder.resolve("server.sock")));
  }

  private String upstream(String more) {
    return """
    upstreams:
      - {name: server, target: "unix:%s", services: ["helloworld.*"]%s}
    """
        .formatted(folder.resolve("server.sock"), more);
  }

  private static void print(String format, Object... values) {
    if (SOAK) {
      System.out.printf(format + "%n", values);
    }
  }

  @Test
  void certificatesAuthorityAndTokenAreRotatedWithoutAFailedCall() throws Exception {
    RotatingServer server = closing(new RotatingServer(this::write));
    start(
        """
        upstreams:
          - name: server
            target: localhost:%d
            tls: {ca: ca.pem, cert: client.pem, key: client.key}
            credentials: {bearer: {file: token}}
            services: ["helloworld.*"]
        """
            .formatted(server.port()));
    int rotations = 0;
    try (SteadyLoad load = new SteadyLoad(channels, PER_SECOND)) {
      while (rotations < 1 || (SOAK && load.begun() < 60 * PER_SECOND)) {
        server.rotate();
        rotations++;
      }
      int rotated = server.connections();
      Eventually.until(
          "connections by what is new", TestGateway.SOON, () -> server.connections() > rotated + 1);
      List<Failure> failures = load.end();
      print(
          "rotation: %d times, %d calls, %.0f a second, %d failed, %d connections",
          rotations, load.begun(), load.rate(), failures.size(), server.connections());
      assertThat(failures).isEmpty();
    }
  }

  @Test
  void reloadsFailNoCall() throws Exception {
    serverInThisJvm();
    start(upstream(""));
    int reloads = SOAK ? 100 : 4;
    AdminGrpc.AdminBlockingStub admin = AdminGrpc.newBlockingStub(channels.get(0));
    try (SteadyLoad load = new SteadyLoad(channels, PER_SECOND)) {
      for (int i = 1; i <= reloads; i++) {
        // Each reload changes the upstream, the number of rules and the file of the audit log.
        write(
            "gateway.yaml",
            upstream(", deadline: " + (10 + i % 7) + "s")
                + "audit: {file: audit-%d.jsonl}\n".formatted(i % 2)
                + (i % 2 == 0
                    ? ""
                    : "policy: [{users: [0, %s], methods: ['*']}]\n".formatted(uid())));
        assertThat(admin.reload(ReloadRequest.getDefaultInstance()))
            .isEqualTo(ReloadResponse.getDefaultInstance());
        int before = load.begun();
        Eventually.until(
            "further calls", TestGateway.SOON, () -> load.begun() >= before + PER_SECOND / 5);
      }
      List<Failure> failures = load.end();
      print(
          "reloads: %d, %d calls, %.0f a second, %d failed",
          reloads, load.begun(), load.rate(), failures.size());
      assertThat(failures).isEmpty();
    }
  }

  private static String uid() {
    return new Command(Path.of("/usr/bin/id"), "-u").run().stdout().strip();
  }

  @Test
  void killedServerIsUnavailableOnlyWhileItIsDown() throws Exception {
    TestGateway server = server();
    start(upstream(""));
    int kills = SOAK ? 10 : 1;
    List<long[]> outages = new ArrayList<>();
    try (SteadyLoad load = new SteadyLoad(channels, PER_SECOND)) {
      for (int i = 0; i < kills; i++) {
        int before = load.begun();
        Eventually.until(
            "further calls", TestGateway.SOON, () -> load.begun() >= before + PER_SECOND);
        long killed = System.nanoTime();
        server.process().signal("KILL");
        server.process().end(TestGateway.SOON);
        server = server();
        // A server that has just started accepts connections before it answers.
        assertThat(server.grpcos("health").run()).isEqualTo(new Outcome(0, "SERVING\n", ""));
        outages.add(new long[] {killed, System.nanoTime()});
      }
      int after = load.begun();
      Eventually.until("further calls", TestGateway.SOON, () -> load.begun() >= after + PER_SECOND);
      List<Failure> failures = load.end();
      print(
          "kills: %d, down for %d ms in all, %d calls, %d failed",
          kills,
          outages.stream().mapToLong(each -> each[1] - each[0]).sum() / 1_000_000,
          load.begun(),
          failures.size());
      assertThat(failures).as("calls while it was down").hasSizeGreaterThan(kills);
      for (Failure failure : failures) {
        assertThat(failure.status().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(failure.status().getDescription())
            .startsWith("upstream server (unix:" + folder.resolve("server.sock") + "): ");
        assertThat(outages)
            .as("outages around %s", failure)
            .anyMatch(each -> failure.ended() >= each[0] && failure.begun() <= each[1]);
      }
    }
  }

  @Test
  void manyCallsLeakNothing() throws Exception {
    serverInThisJvm();
    start(upstream("") + "audit: {file: audit.jsonl}\n");
    ProcessFacts facts = new ProcessFacts(gateway.process().pid());
    int calls = SOAK ? 100_000 : 1_000;
    BusyLoad.run(channels, calls);
    gateway.awaitInFlight(0);
    // The first request makes the JVM start its attach listener.
    long heap = facts.heapKibibytes();
    long descriptors = facts.descriptors();
    long threads = facts.threads();
    long resident = facts.residentMebibytes();

    BusyLoad.run(channels, calls);
    gateway.awaitInFlight(0);
    long heapAfter = facts.heapKibibytes();
    print(
        "%d calls: descriptors %d, then %d; threads %d, then %d; heap %d KiB, then %d; resident %d"
            + " MiB, then %d",
        calls,
        descriptors,
        facts.descriptors(),
        threads,
        facts.threads(),
        heap,
        heapAfter,
        resident,
        facts.residentMebibytes());
    Eventually.until(
        "descriptors and threads are as before",
        TestGateway.SOON,
        () -> facts.descriptors() <= descriptors && facts.threads() <= threads);
    assertThat(heapAfter).isLessThan(heap + 2_048);
  }

  @Test
  void memoryDoesNotGrowWithTheLengthOfAStream() throws Exception {
    closing(new BytesServer(folder.resolve("server.sock")));
    write(
        "gateway.yaml",
        """
        warmup: false
        upstreams:
          - {name: server, target: "unix:%s", services: ["soak.*"]}
        """
            .formatted(folder.resolve("server.sock")));
    gateway =
        closing(
            TestGateway.run(
                folder.resolve("gateway.sock"),
                "--config",
                folder.resolve("gateway.yaml").toString()));
    channels = closing(new SocketChannels()).open(gateway.socket(), 1);
    ProcessFacts facts = new ProcessFacts(gateway.process().pid());
    BytesServer.Client client = new BytesServer.Client(channels.get(0));
    int mebibytes = SOAK ? 1_024 : 48;
    for (String way : List.of("up", "down")) {
      assertThat(client.stream(way, 32)).isEqualTo(32L << 20);
      facts.forgetPeak();
      long before = facts.peakMebibytes();
      assertThat(client.stream(way, mebibytes)).isEqualTo((long) mebibytes << 20);
      long after = facts.peakMebibytes();
      print("%d MiB %s: peak %d MiB after 32 MiB, then %d", mebibytes, way, before, after);
      assertThat(after).isLessThan(before + 48);
    }
  }

  /** Raises the gateway's limit of connections; the kernel's limit of open files stays. */
  @Test
  void idleConnectionsAreKeptAndReleased() throws Exception {
    int connections = SOAK ? 10_000 : 500;
    assumeTrue(
        openFiles() > connections + 500, "fewer open files than " + connections + " are allowed");
    write("gateway.yaml", "limits: {connections: 12000}\nwarmup: false\n");
    gateway =
        closing(
            TestGateway.run(
                folder.resolve("gateway.sock"),
                "--config",
                folder.resolve("gateway.yaml").toString()));
    ProcessFacts facts = new ProcessFacts(gateway.process().pid());
    channels = closing(new SocketChannels()).open(gateway.socket(), 1);
    BusyLoad.run(channels, 1);
    // Health checks open a few more connections for a moment.
    int few = 10;
    long descriptors = facts.descriptors();
    long resident = facts.residentMebibytes();
    List<SocketChannel> idle = new ArrayList<>();
    try {
      for (int i = 0; i < connections; i++) {
        SocketChannel connection = SocketChannel.open(UnixDomainSocketAddress.of(gateway.socket()));
        idle.add(connection);
        connection.write(ByteBuffer.wrap(PREFACE));
      }
      Eventually.until(
          "all are accepted",
          TestGateway.SOON,
          () -> facts.descriptors() >= descriptors + connections - few);
      BusyLoad.run(channels, 1_000);
      print(
          "%d idle connections: resident %d MiB, without them %d MiB",
          connections, facts.residentMebibytes(), resident);
    } finally {
      for (SocketChannel connection : idle) {
        connection.close();
      }
    }
    Eventually.until(
        "all are let go", TestGateway.SOON, () -> facts.descriptors() <= descriptors + few);
    BusyLoad.run(channels, 1_000);
  }

  private static long openFiles() throws Exception {
    return Files.readAllLines(Path.of("/proc/self/limits")).stream()
        .filter(line -> line.startsWith("Max open files"))
        .mapToLong(line -> Long.parseLong(line.replaceFirst("\\D+(\\d+).*", "$1")))
        .findFirst()
        .orElse(0);
  }
}
