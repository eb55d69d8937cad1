package dev.grpcos.cli.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.cli.distribution.Running;
import dev.grpcos.cli.resident.Eventually;
import dev.grpcos.proto.helloworld.GreeterGrpc;
import dev.grpcos.proto.helloworld.HelloReply;
import dev.grpcos.proto.helloworld.HelloRequest;
import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Memory does not grow with the number of messages: in the command's JVM when cold, and in the
 * gateway when warm. {@code -Dgrpcos.soak=true} sends more messages.
 */
final class MemoryIT extends RenewedGatewayFixture {
  private static final boolean SOAK = Boolean.getBoolean("grpcos.soak");
  private static final int VALUES = SOAK ? 1_000_000 : 20_000;

  /** After these, a JVM's heap has reached its size. */
  private static final int SOME_VALUES = SOAK ? 200_000 : 10_000;

  private static final Duration LONG = Duration.ofMinutes(SOAK ? 10 : 2);

  /**
   * The memory that a JVM itself adds in this time: compiled code, and garbage not yet collected.
   */
  private static final int SLACK_MIB = 48;

  private static final String VALUE = "{\"name\":\"x\"}\n";
  private static final String REPLY = "{\"message\":\"Hello x\"}\n";

  @TempDir Path temporary;

  private static long residentMib(long pid) {
    try {
      return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
          .findFirst()
          .orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private long pid(RunMode warmth, Running command) {
    return warmth == RunMode.COLD ? command.pid() : gateway.process().pid();
  }

  @ParameterizedTest
  @EnumSource
  void memoryDoesNotGrowWithTheNumberOfRequests(RunMode warmth) throws Exception {
    Running batch =
        gateway.start(
            warmth.on(gateway.grpcos("call", "SayHello", "-j", "64").stdinHeldOpen(new byte[0])));
    pass(SOME_VALUES, SOME_VALUES, batch);
    long some = residentMib(pid(warmth, batch));
    pass(VALUES - SOME_VALUES, VALUES, batch);
    assertThat(residentMib(pid(warmth, batch))).isLessThan(some + SLACK_MIB);
    batch.closeInput();
    assertThat(batch.end(TestGateway.SOON).exit()).isZero();
  }

  private static void pass(int values, int all, Running batch) throws Exception {
    byte[] block = VALUE.repeat(1_000).getBytes(UTF_8);
    for (int i = 0; i < values; i += 1_000) {
      batch.type(block);
    }
    Eventually.until(
        "the replies to " + all,
        LONG,
        () -> batch.stdout().length() == (long) all * REPLY.length());
  }

  /** Sends replies without end, as fast as the client reads. */
  private static final class Endless extends GreeterGrpc.GreeterImplBase {
    final AtomicLong sent = new AtomicLong();

    @Override
    public void sayHelloStreamReply(HelloRequest request, StreamObserver<HelloReply> observer) {
      ServerCallStreamObserver<HelloReply> replies =
          (ServerCallStreamObserver<HelloReply>) observer;
      HelloReply reply = HelloReply.newBuilder().setMessage("x".repeat(1_000)).build();
      replies.setOnCancelHandler(() -> {});
      replies.setOnReadyHandler(
          () -> {
            while (replies.isReady() && !replies.isCancelled()) {
              replies.onNext(reply);
              sent.incrementAndGet();
            }
          });
    }
  }

  @ParameterizedTest
  @EnumSource
  void slowReaderSlowsTheServer(RunMode warmth) throws Exception {
    Endless greeter = new Endless();
    Server server =
        Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create())
            .addService(greeter)
            .addService(ProtoReflectionServiceV1.newInstance())
            .build()
            .start();
    try {
      Path pids = temporary.resolve("pids");
      Running pipeline =
          gateway.start(
              warmth.on(
                  gateway.bash(
                      "(exec grpcos call --plaintext -t localhost:%d SayHelloStreamReply -d {}) |"
                              .formatted(server.getPort())
                          + " { echo $BASHPID >"
                          + pids
                          + "; exec cat >/dev/null; }")));
      Eventually.until("much is sent", LONG, () -> greeter.sent.get() > 50_000);
      long reader = Long.parseLong(Files.readString(pids).strip());
      long measured = warmth == RunMode.COLD ? command(pipeline, reader) : gateway.process().pid();
      signal("STOP", reader);
      long[] last = {0, 0};
      Eventually.until(
          "the server stops",
          LONG,
          () -> {
            long sent = greeter.sent.get();
            last[1] = sent == last[0] ? last[1] + 1 : 0;
            last[0] = sent;
            return last[1] > 20;
          });
      long stopped = residentMib(measured);
      signal("CONT", reader);
      int more = SOAK ? 50_000 : 10_000;
      Eventually.until("it goes on", LONG, () -> greeter.sent.get() > last[0] + more);
      assertThat(residentMib(measured)).isLessThan(stopped + SLACK_MIB);
    } finally {
      gateway.endStarted(); // before the server, which would complain
      server.shutdownNow();
    }
  }

  /** Returns the other process of the pipeline. */
  private static long command(Running pipeline, long reader) {
    return ProcessHandle.of(pipeline.pid())
        .orElseThrow()
        .children()
        .mapToLong(ProcessHandle::pid)
        .filter(pid -> pid != reader)
        .findFirst()
        .orElseThrow();
  }

  private static void signal(String name, long pid) {
    new dev.grpcos.cli.distribution.Command(Path.of("/bin/sh"), "-c", "kill -" + name + " " + pid)
        .run();
  }
}
