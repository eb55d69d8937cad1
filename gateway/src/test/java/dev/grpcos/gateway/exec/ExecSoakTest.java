package dev.grpcos.gateway.exec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.gateway.Await;
import dev.grpcos.gateway.config.Limits;
import dev.grpcos.proto.helloworld.HelloReply;
import dev.grpcos.proto.helloworld.HelloRequest;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Calls programs with many kinds of behaviour in parallel. {@code -Dgrpcos.soak=true} makes ten
 * thousand calls.
 */
final class ExecSoakTest {
  private static final int CALLS = Boolean.getBoolean("grpcos.soak") ? 10_000 : 320;
  private static final int AT_ONCE = 64;

  /** Distinguishes the sleeping processes of this test from others. */
  private static final String NAP = "4321." + ProcessHandle.current().pid();

  /** A kind of behaviour of a program, and the resulting status. */
  private record ProgramBehaviour(String script, Status.Code status) {}

  private static final List<ProgramBehaviour> BEHAVIOURS =
      List.of(
          new ProgramBehaviour("echo '{\"message\":\"well\"}'", Status.Code.OK),
          new ProgramBehaviour("echo 'no such name' >&2; exit 69", Status.Code.NOT_FOUND),
          new ProgramBehaviour("sleep NAP", Status.Code.DEADLINE_EXCEEDED),
          new ProgramBehaviour("trap '' TERM; sleep NAP; sleep NAP", Status.Code.DEADLINE_EXCEEDED),
          new ProgramBehaviour(
              "exec yes '{\"message\":\"flood\"}'", Status.Code.RESOURCE_EXHAUSTED),
          new ProgramBehaviour(
              "yes complaint | head -c 500000 >&2; exit 70", Status.Code.ALREADY_EXISTS),
          new ProgramBehaviour("kill -SEGV $$", Status.Code.UNKNOWN),
          new ProgramBehaviour("sleep NAP & setsid sleep NAP & echo '{}'", Status.Code.OK),
          new ProgramBehaviour(
              "(setsid sh -c 'setsid sleep NAP & trap \"\" TERM HUP; sleep NAP' &); echo '{}'",
              Status.Code.OK),
          new ProgramBehaviour("echo 'no json'", Status.Code.INTERNAL));

  @TempDir Path folder;

  @Test
  void eachCallGetsItsStatusAndLeavesNoProcess() throws Exception {
    StringBuilder text = new StringBuilder("read -r line\ncase $line in\n");
    for (int behaviour = 0; behaviour < BEHAVIOURS.size(); behaviour++) {
      text.append(
          "*behaviour"
              + behaviour
              + "*) "
              + BEHAVIOURS.get(behaviour).script.replace("NAP", NAP)
              + " ;;\n");
    }
    Path program = Scripts.script(folder, "ways", text + "esac");
    Limits limits = Limits.DEFAULT.withExec(1024).withMessage(64 << 10);
    Path socket;
    try (ExecGateway gateway =
        ExecGateway.serving(
            folder,
            limits,
            Map.of(
                "SayHello",
                ExecGateway.each(program),
                "SayHelloStreamReply",
                ExecGateway.each(program, Duration.ofMillis(500))))) {
      assertThat(run(gateway, CALLS / 10)).isEmpty();
      awaitNoProgram(program);
      long files = openFiles();
      long heap = usedHeap();
      assertThat(run(gateway, CALLS)).isEmpty();
      awaitNoProgram(program);
      Await.until("descriptors are closed", () -> openFiles() <= files + 2);
      assertThat(usedHeap() - heap).as("bytes that stay in use").isLessThan(16 << 20);
      Await.until("only the first process of grpcos-exec is left", () -> keepers().size() == 1);
      String[] arguments = keepers().get(0).info().arguments().orElseThrow();
      socket = Path.of(arguments[arguments.length - 1]);
      assertThat(socket).exists();
    }
    Await.until("grpcos-exec is gone", () -> keepers().isEmpty());
    assertThat(socket.getParent()).doesNotExist();
  }

  /** Makes calls, and returns those with an unexpected end. */
  private static Queue<String> run(ExecGateway gateway, int calls) throws Exception {
    Queue<String> wrong = new ConcurrentLinkedQueue<>();
    Semaphore room = new Semaphore(AT_ONCE);
    for (int i = 0; i < calls; i++) {
      // programs that ignore TERM take 2 s, so there are fewer of them
      int behaviour = i % BEHAVIOURS.size() == 3 && i % 100 != 3 ? 0 : i % BEHAVIOURS.size();
      Status.Code expected = BEHAVIOURS.get(behaviour).status;
      HelloRequest request = HelloRequest.newBuilder().setName("behaviour" + behaviour).build();
      room.acquire();
      StreamObserver<HelloReply> replies =
          new StreamObserver<HelloReply>() {
            @Override
            public void onNext(HelloReply reply) {}

            @Override
            public void onError(Throwable cause) {
              ended(Status.fromThrowable(cause));
            }

            @Override
            public void onCompleted() {
              ended(Status.OK);
            }

            private void ended(Status status) {
              if (status.getCode() != expected) {
                wrong.add(expected + " expected: " + status);
              }
              room.release();
            }
          };
      // the gateway's deadline, which only one method has
      if (expected == Status.Code.DEADLINE_EXCEEDED) {
        gateway.greeter().sayHelloStreamReply(request, replies);
      } else {
        gateway.greeter().sayHello(request, replies);
      }
    }
    assertThat(room.tryAcquire(AT_ONCE, 3, TimeUnit.MINUTES)).as("all calls end").isTrue();
    return wrong;
  }

  private static void awaitNoProgram(Path program) throws Exception {
    Await.until(
        "no program is left",
        () ->
            commandLines()
                .noneMatch(line -> line.contains(NAP) || line.contains(program.toString())));
  }

  private static List<ProcessHandle> keepers() {
    return ProcessHandle.current()
        .descendants()
        .filter(each -> each.info().commandLine().orElse("").contains("grpcos-exec"))
        .toList();
  }

  private static Stream<String> commandLines() {
    return ProcessHandle.allProcesses().map(each -> each.info().commandLine().orElse(""));
  }

  private static long openFiles() throws Exception {
    try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
      return files.count();
    }
  }

  private static long usedHeap() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
