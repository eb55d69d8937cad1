package dev.grpcos.gateway.exec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.grpcos.gateway.Await;
import dev.grpcos.gateway.StreamRecorder;
import dev.grpcos.gateway.config.Limits;
import dev.grpcos.proto.helloworld.HelloReply;
import dev.grpcos.proto.helloworld.HelloRequest;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests {@code grpcos-exec} under AddressSanitizer and UBSan, which report memory errors. */
final class KeeperMemoryTest {
  private static final int CONVERSATIONS = 300;

  @TempDir Path folder;
  private Path reports;
  private Path keeper;

  @BeforeEach
  void compile() throws Exception {
    reports = Files.createDirectory(folder.resolve("reports"));
    Path program = folder.resolve("grpcos-exec");
    Path nothing = Files.writeString(folder.resolve("nothing.c"), "int main(void){return 0;}\n");
    assumeTrue(
        cc(nothing, folder.resolve("nothing")) && runs(folder.resolve("nothing").toString()),
        "no C compiler with AddressSanitizer and UBSan");
    assertThat(cc(Path.of("src/main/c/grpcos-exec.c"), program)).isTrue();
    keeper =
        Scripts.script(
            folder,
            "keeper",
            "ASAN_OPTIONS=log_path=%s/asan UBSAN_OPTIONS=log_path=%s/ubsan exec %s \"$@\""
                .formatted(reports, reports, program));
  }

  private static boolean cc(Path source, Path program) throws Exception {
    return runs(
        "cc",
        "-std=c11",
        "-O1",
        "-g",
        "-fsanitize=address,undefined",
        "-fno-sanitize-recover=all",
        "-o",
        program.toString(),
        source.toString());
  }

  private static boolean runs(String... command) throws InterruptedException {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor(60, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException e) {
      return false; // there is no such program
    }
  }

  private void assertNoReports() throws IOException {
    try (Stream<Path> files = Files.list(reports)) {
      for (Path report : files.toList()) {
        assertThat(Files.readString(report)).isEmpty();
      }
    }
  }

  @Test
  void programsCauseNoMemoryErrors() throws Exception {
    Path flood =
        Scripts.script(
            folder, "flood", "echo >up; yes '{\"message\":\"xxxxxxxxxxxxxxxxxxxxxxxxxxx\"}'");
    Path each =
        Scripts.script(
            folder,
            "each",
            "echo 'header a: b' >&3; setsid sleep 4323 & sed 's/name/message/'; echo x >&2");
    try (ExecGateway gateway =
        ExecGateway.serving(
            folder,
            Limits.DEFAULT,
            Map.of(
                "SayHello", ExecGateway.each(each), "SayHelloStreamReply", ExecGateway.each(flood)),
            keeper)) {
      assertThat(gateway.call("z".repeat(300_000))).matches(Status::isOk);
      assertThat(gateway.call("short").getDescription()).isEqualTo("short");
      // a caller that reads nothing until every buffer on the way is full, and then leaves
      Context.CancellableContext caller = Context.current().withCancellation();
      Untaken untaken = new Untaken();
      caller.run(
          () -> gateway.greeter().sayHelloStreamReply(HelloRequest.getDefaultInstance(), untaken));
      Await.until("it floods", () -> Files.exists(folder.resolve("up")));
      Await.until("it stands still", new Standstill(Path.of("/proc"))::reached);
      caller.cancel(null);
      Await.until("it is gone", () -> floods().isEmpty());
      assertThat(gateway.call("still here").getDescription()).isEqualTo("still here");
    }
    assertNoReports();
  }

  private static List<ProcessHandle> floods() {
    return ProcessHandle.current()
        .descendants()
        .filter(each -> each.info().commandLine().orElse("").contains("yes "))
        .toList();
  }

  /** Checks that the programs use no processor time: they wait in write(2). */
  private record Standstill(Path proc) {
    boolean reached() throws IOException {
      for (ProcessHandle flood : floods()) {
        String stat = Files.readString(proc.resolve(flood.pid() + "/stat"), UTF_8);
        if (!stat.contains(") S ")) {
          return false;
        }
        long used = ticks(stat);
        try {
          TimeUnit.MILLISECONDS.sleep(100);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
        if (used != ticks(Files.readString(proc.resolve(flood.pid() + "/stat"), UTF_8))) {
          return false;
        }
      }
      return !floods().isEmpty();
    }

    private static long ticks(String stat) {
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
    }
  }

  /** An observer that requests no response. */
  private static final class Untaken implements ClientResponseObserver<HelloRequest, HelloReply> {
    private final StreamRecorder<HelloReply> recorder = new StreamRecorder<>();

    @Override
    public void beforeStart(ClientCallStreamObserver<HelloRequest> requests) {
      requests.disableAutoRequestWithInitial(0);
    }

    @Override
    public void onNext(HelloReply reply) {
      recorder.onNext(reply);
    }

    @Override
    public void onError(Throwable cause) {
      recorder.onError(cause);
    }

    @Override
    public void onCompleted() {
      recorder.onCompleted();
    }
  }

  @Test
  void invalidFramesCauseNoMemoryErrors() throws Exception {
    Random random = new Random(1);
    Path socket = folder.resolve("s");
    Process process = new ProcessBuilder(keeper.toString(), socket.toString()).start();
    try {
      assertThat(process.inputReader(UTF_8).readLine()).isEqualTo("ready");
      List<SocketChannel> connections = new ArrayList<>();
      for (int i = 0; i < CONVERSATIONS; i++) {
        SocketChannel connection = SocketChannel.open(StandardProtocolFamily.UNIX);
        connection.connect(UnixDomainSocketAddress.of(socket));
        converse(connection, mutated(random, start(random)));
        connections.add(connection);
        if (connections.size() > 16) {
          connections.remove(0).close();
        }
      }
      for (SocketChannel connection : connections) {
        connection.close();
      }
      process.getOutputStream().close();
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    Await.until(
        "the processes of connections are gone",
        () ->
            ProcessHandle.allProcesses()
                .noneMatch(
                    each -> each.info().commandLine().orElse("").contains(socket.toString())));
    assertNoReports();
  }

  @Test
  void pathOfManyKilobytesIsReportedInOneFrame() throws Exception {
    Path socket = folder.resolve("s");
    Process process = new ProcessBuilder(keeper.toString(), socket.toString()).start();
    try (SocketChannel connection = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      assertThat(process.inputReader(UTF_8).readLine()).isEqualTo("ready");
      connection.connect(UnixDomainSocketAddress.of(socket));
      byte[] strings = ("/\0/" + "p".repeat(300_000) + "\0").getBytes(UTF_8);
      ByteBuffer start = ByteBuffer.allocate(25 + strings.length);
      start.put((byte) 'S').putInt(20 + strings.length);
      start.putInt(-1).putInt(-1).putInt(0).putInt(1).putInt(0).put(strings);
      connection.write(start.flip());
      ByteBuffer answer = ByteBuffer.allocate(1 << 20);
      while (connection.read(answer) >= 0) {}
      answer.flip();
      assertThat((char) answer.get()).isEqualTo('F');
      assertThat(answer.getInt()).isEqualTo(answer.remaining()).isLessThanOrEqualTo(65536);
      assertThat(UTF_8.decode(answer).toString()).matches("/p+");
    } finally {
      process.destroyForcibly();
    }
    assertNoReports();
  }

  /** Returns a valid frame with some input. */
  private static byte[] start(Random random) {
    byte[] strings = "/\0/bin/cat\0-u\0A=b\0".getBytes(UTF_8);
    ByteBuffer frames = ByteBuffer.allocate(1024);
    frames.put((byte) 'S').putInt(24 + strings.length);
    frames.putInt(-1).putInt(-1).putInt(1).putInt(2).putInt(1).putInt(0).put(strings);
    for (int i = random.nextInt(4); i > 0; i--) {
      byte[] input = new byte[random.nextInt(64)];
      frames.put((byte) 'I').putInt(input.length).put(input);
    }
    frames.put((byte) 'E').putInt(0);
    byte[] all = new byte[frames.position()];
    frames.flip().get(all);
    return all;
  }

  private static byte[] mutated(Random random, byte[] frames) {
    for (int i = random.nextInt(4); i > 0; i--) {
      int at = random.nextInt(frames.length);
      frames[at] = (byte) (random.nextBoolean() ? random.nextInt(256) : random.nextInt(3) * 127);
    }
    return random.nextInt(4) == 0 ? Arrays.copyOf(frames, random.nextInt(frames.length)) : frames;
  }

  private static void converse(SocketChannel connection, byte[] frames) {
    try {
      connection.write(ByteBuffer.wrap(frames));
      connection.shutdownOutput();
    } catch (IOException e) {
      return; // it was already refused
    }
  }
}
