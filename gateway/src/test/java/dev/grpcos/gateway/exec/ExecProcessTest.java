package dev.grpcos.gateway.exec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.gateway.Await;
import dev.grpcos.gateway.StreamRecorder;
import dev.grpcos.gateway.config.Limits;
import dev.grpcos.proto.helloworld.HelloReply;
import dev.grpcos.proto.helloworld.HelloRequest;
import io.grpc.Status;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Tests the life and the number of the processes of methods. */
final class ExecProcessTest extends ExecFixture {
  @Test
  void deadlineEndsTheProgramAndItsGrandchildren() throws Exception {
    serve(
        Map.of(
            "SayHello",
            within(
                Duration.ofMillis(300),
                method(
                    script("hang", "setsid sleep 7654 & echo $! >new; mv new pid; sleep 7654")))));

    Path file = folder.resolve("pid");
    Await.until(
        "a program has begun before its deadline",
        () -> {
          assertThat(failure().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
          return Files.exists(file);
        });
    long pid = Long.parseLong(Files.readString(file).strip());
    Await.until("the grandchild is gone", () -> ProcessHandle.of(pid).isEmpty());
  }

  @Test
  void cancellationEndsAProgramThatIgnoresTerm() throws Exception {
    serve(
        Map.of(
            "SayHelloStreamReply",
            method(
                script(
                    "stubborn",
                    "trap '' TERM; echo $$ >pid; echo '{}'; while :; do sleep 0.1; done"))));
    var replies = new StreamRecorder<HelloReply>();
    var context = io.grpc.Context.current().withCancellation();
    context.run(() -> greeterAsync().sayHelloStreamReply(WORLD, replies));
    replies.first(1);
    context.cancel(null);

    long pid = Long.parseLong(Files.readString(folder.resolve("pid")).strip());
    Await.until("the program is gone", () -> ProcessHandle.of(pid).isEmpty());
  }

  @Test
  void endlessUnreadOutputBlocksTheProgram() throws Exception {
    serve(
        Map.of(
            "SayHelloStreamReply",
            method(
                script(
                    "flood",
                    "long=$(printf %010000d 0); i=0; while :; do echo '{\"message\":\"'$long'\"}';"
                        + " i=$((i+1)); echo $i >count; done"))));
    var iterator = greeter().withDeadlineAfter(3, TimeUnit.MINUTES).sayHelloStreamReply(WORLD);
    assertThat(iterator.hasNext()).isTrue();
    // The program writes until all buffers on the way are full, and then blocks.
    Path count = folder.resolve("count");
    AtomicReference<String> before = new AtomicReference<>("");
    AtomicInteger alike = new AtomicInteger();
    Await.until(
        "it stands still",
        () -> {
          String now = read(count);
          boolean same = !now.isEmpty() && now.equals(before.getAndSet(now));
          return alike.updateAndGet(times -> same ? times + 1 : 0) == 50;
        });
  }

  private static String read(Path file) {
    try {
      return Files.readString(file).strip();
    } catch (NoSuchFileException e) {
      return ""; // the first response precedes it
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void moreProgramsThanTheLimitAreRefusedAndNoPermitIsLost() throws Exception {
    serve(
        Map.of(
            "SayHello", method(script("wait", "until test -e go; do sleep 0.02; done; echo '{}'"))),
        Limits.DEFAULT.withExec(2));
    List<StreamRecorder<HelloReply>> calls = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      var reply = new StreamRecorder<HelloReply>();
      calls.add(reply);
      greeterAsync().sayHello(WORLD, reply);
    }
    Await.until("six are refused", () -> calls.stream().filter(StreamRecorder::ended).count() == 6);
    Files.createFile(folder.resolve("go"));
    int served = 0;
    for (StreamRecorder<HelloReply> call : calls) {
      assertThat(call.status().getCode()).isIn(Status.Code.OK, Status.Code.RESOURCE_EXHAUSTED);
      served += call.messages().size();
    }
    assertThat(served).isEqualTo(2);
    assertThat(failure().getCode()).isEqualTo(Status.Code.OK);
  }

  @Test
  void hundredsOfCallsLeaveNoProcess() throws Exception {
    serve(
        Map.of(
            "SayHello",
            method(
                script(
                    "mixed",
                    """
                    read -r line
                    case $line in
                      *0\\"*) echo '{}' ;;
                      *1\\"*) exit 69 ;;
                      *2\\"*) kill -9 $$ ;;
                      *3\\"*) sleep 4321 & echo '{}' ;;
                      *) echo 'no json' ;;
                    esac\
                    """))),
        Limits.DEFAULT.withExec(64));
    Status.Code[] expected = {
      Status.Code.OK,
      Status.Code.NOT_FOUND,
      Status.Code.UNKNOWN,
      Status.Code.OK,
      Status.Code.INTERNAL
    };
    for (int round = 0; round < 10; round++) {
      List<StreamRecorder<HelloReply>> calls = new ArrayList<>();
      for (int i = 0; i < 25; i++) {
        var reply = new StreamRecorder<HelloReply>();
        calls.add(reply);
        greeterAsync().sayHello(HelloRequest.newBuilder().setName("n" + i % 5).build(), reply);
      }
      for (int i = 0; i < calls.size(); i++) {
        assertThat(calls.get(i).status().getCode()).isEqualTo(expected[i % 5]);
      }
    }
    Await.until(
        "no process is left",
        () ->
            ProcessHandle.current()
                .descendants()
                .noneMatch(each -> each.info().commandLine().orElse("").contains("4321")));
  }

  @Test
  void persistentProgramServesManyCallsInOneProcess() throws Exception {
    serve(
        Map.of(
            "SayHello",
            persistent(
                1,
                method(
                    script(
                        "co",
                        """
                        while read -r line; do
                          id=${line#*:}; id=${id%%,*}
                          echo '{"id":'$id',"response":{"message":"'$$'"},"trailers":{"n":"'$id'"}}'
                        done\
                        """)))));

    String first = greeter().sayHello(WORLD).getMessage();
    for (int i = 0; i < 20; i++) {
      assertThat(greeter().sayHello(WORLD).getMessage()).isEqualTo(first);
    }
  }

  @Test
  void persistentProgramThatDiesIsReplaced() throws Exception {
    serve(
        Map.of(
            "SayHello",
            persistent(
                1,
                method(
                    script(
                        "mortal",
                        """
                        read -r line; id=${line#*:}; id=${id%%,*}
                        echo '{"id":'$id',"status":{"code":5,"message":"gone"}}'
                        read -r line; exit 7\
                        """)))));

    assertThat(failure()).matches(status -> status.getCode() == Status.Code.NOT_FOUND);
    assertThat(failure().getDescription()).endsWith("/mortal exited with 7");
    assertThat(failure().getDescription()).isEqualTo("gone");
  }
}
