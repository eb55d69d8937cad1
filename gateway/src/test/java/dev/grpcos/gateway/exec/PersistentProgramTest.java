package dev.grpcos.gateway.exec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.gateway.Await;
import dev.grpcos.gateway.SocketClient;
import dev.grpcos.gateway.StreamRecorder;
import dev.grpcos.gateway.config.Limits;
import dev.grpcos.proto.helloworld.HelloReply;
import dev.grpcos.proto.helloworld.HelloRequest;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthGrpc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests persistent programs that violate the protocol, and the calls after that. */
final class PersistentProgramTest {
  /** Answers a call with the process's pid. */
  private static final String ANSWER = "echo '{\"id\":'$id',\"response\":{\"message\":\"'$$'\"}}'";

  /** Runs a command for each call, with the call's id in $id and its line in $line. */
  private static final String LOOP =
      """
      trap '' TERM
      while read -r line; do
        id=${line#*:}; id=${id%%,*}
        BODY
      done\
      """;

  @TempDir Path folder;
  private @Nullable ExecGateway gateway;

  @AfterEach
  void close() {
    if (gateway != null) {
      gateway.close();
    }
  }

  private ExecGateway serve(String script) throws Exception {
    return serve(script, 1);
  }

  private ExecGateway serve(String script, int pool) throws Exception {
    Path program = Scripts.script(folder, "program", script);
    ExecGateway started =
        ExecGateway.serving(
            folder, Limits.DEFAULT, Map.of("SayHello", ExecGateway.staying(program, pool)));
    gateway = started;
    return started;
  }

  private static String loop(String body) {
    return LOOP.replace("BODY", body);
  }

  private static StreamRecorder<HelloReply> start(ExecGateway served, String name, int millis) {
    var replies = new StreamRecorder<HelloReply>();
    served
        .greeter()
        .withDeadlineAfter(millis, TimeUnit.MILLISECONDS)
        .sayHello(HelloRequest.newBuilder().setName(name).build(), replies);
    return replies;
  }

  private static long pid(Status answer) {
    assertThat(answer).matches(Status::isOk);
    return Long.parseLong(String.valueOf(answer.getDescription()));
  }

  private static boolean runs(long pid) {
    return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent();
  }

  @Test
  void programThatAnswersBeforeItHasReadTheRequestBlocksNoCall() throws Exception {
    ExecGateway served =
        serve(
            """
            line=$(dd bs=64 count=1 2>/dev/null)
            id=${line#*:}; id=${id%%,*}
            """
                + ANSWER
                + "\nsleep 4324");
    long first = pid(served.call("x".repeat(2_000_000)));
    // the gateway still has the unread part of the first line, so another process serves the call
    long second = pid(served.call("short"));
    assertThat(second).isNotEqualTo(first);
    // the second has read only its first line, which the gateway cannot detect: the next call ends
    // by its deadline
    List<StreamRecorder<HelloReply>> calls = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      calls.add(start(served, "y".repeat(300_000), 1000));
    }
    for (int i = 0; i < 4; i++) {
      try (SocketClient other = served.client()) {
        assertThat(
                HealthGrpc.newBlockingStub(other.channel())
                    .withDeadlineAfter(60, TimeUnit.SECONDS)
                    .check(HealthCheckRequest.getDefaultInstance())
                    .getStatusValue())
            .isOne();
      }
    }
    assertThat(calls.get(0).status().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
    for (StreamRecorder<HelloReply> call : calls) {
      // a new process may serve one that has a moment left after the first has expired
      assertThat(call.status().getCode()).isIn(Status.Code.DEADLINE_EXCEEDED, Status.Code.OK);
    }
    Await.until("the late are ended", () -> !runs(first) && !runs(second));
  }

  @Test
  void callAfterAHangGetsANewProcess() throws Exception {
    ExecGateway served =
        serve(
            loop(
                "case $line in *hang*) echo >hangs; while :; do sleep 0.1; done ;; esac; "
                    + ANSWER));
    long before = pid(served.call("well"));
    for (int i = 0; i < 3; i++) {
      long left = callAndLeave(served, "hang", "hangs");
      long after = pid(served.call("well"));
      assertThat(after).isNotEqualTo(before);
      assertThat(runs(before) || passed(left, PersistentProgram.GRACE))
          .as("the old one is being ended")
          .isTrue();
      before = after;
    }
  }

  /**
   * Makes a call, waits until its program has created a file, and cancels the call.
   *
   * @return the time of the cancellation, from {@link System#nanoTime}
   */
  private long callAndLeave(ExecGateway served, String name, String file) throws Exception {
    var replies = new StreamRecorder<HelloReply>();
    Context.CancellableContext caller = Context.current().withCancellation();
    caller.run(
        () -> served.greeter().sayHello(HelloRequest.newBuilder().setName(name).build(), replies));
    Await.until("the program has the call", () -> Files.deleteIfExists(folder.resolve(file)));
    long now = System.nanoTime();
    caller.cancel(null);
    assertThat(replies.status().getCode()).isEqualTo(Status.Code.CANCELLED);
    return now;
  }

  private static boolean passed(long since, Duration time) {
    return System.nanoTime() - since > time.toNanos();
  }

  @Test
  void programThatFinishesSoonAfterItsCallerLeftIsKept() throws Exception {
    ExecGateway served =
        serve(
            loop(
                "case $line in *slow*) echo >slow; until rm go 2>/dev/null; do sleep 0.02; done ;;"
                    + " esac; "
                    + ANSWER
                    + "; case $line in *slow*) echo >answered ;; esac"),
            2);
    Await.until("a program finishes in time", () -> isKeptAfterAnAnswer(served));
  }

  /** Returns false if this machine was too slow for the program to answer in time. */
  private boolean isKeptAfterAnAnswer(ExecGateway served) throws Exception {
    long first = pid(served.call("quick"));
    long left = callAndLeave(served, "slow", "slow");
    long second = pid(served.call("quick"));
    assertThat(second).isNotEqualTo(first);
    Files.createFile(folder.resolve("go"));
    Await.until(
        "the slow call is answered",
        () ->
            Files.deleteIfExists(folder.resolve("answered"))
                || passed(left, PersistentProgram.GRACE));
    if (passed(left, PersistentProgram.GRACE.dividedBy(2))) {
      Files.deleteIfExists(folder.resolve("go"));
      return false;
    }
    ProcessHandle.of(second).orElseThrow().destroyForcibly();
    Await.until(
        "the first serves again",
        () -> String.valueOf(first).equals(served.call("quick").getDescription()));
    return true;
  }

  @Test
  void programThatClosedItsOutputIsReplaced() throws Exception {
    ExecGateway served =
        serve(
            loop(
                "case $line in *silent*) exec 1>&-; sleep 4324 ;; esac; "
                    + ANSWER
                    + "; case $line in *mute*) exec 1>&-; sleep 4324 ;; esac"));
    long first = pid(served.call("mute"));
    Await.until("another serves", () -> isAnother(first, served.call("well")));
    Status inFlight = start(served, "silent", 60_000).status();
    assertThat(inFlight.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(inFlight.getDescription())
        .endsWith("/program closed its output; keep it open for as long as the program runs");
    long last = pid(served.call("well"));
    assertThat(last).isNotEqualTo(first);
  }

  /**
   * Returns whether another process answered. One call may have reached the program as it closed
   * its output.
   */
  private static boolean isAnother(long first, Status status) {
    if (status.isOk()) {
      return pid(status) != first;
    }
    assertThat(status.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(status.getDescription()).contains("closed its output");
    return false;
  }

  @Test
  void exitIsDistinguishedFromClosedOutput() throws Exception {
    ExecGateway served = serve(loop("case $line in *exit*) exit 7 ;; esac; " + ANSWER));
    for (int i = 0; i < 20; i++) {
      pid(served.call("well"));
      assertThat(served.call("exit").getDescription()).endsWith("/program exited with 7");
    }
  }

  @Test
  void waitingCallsAreServedInOrder() throws Exception {
    ExecGateway served = serve(loop(ANSWER));
    long first = pid(served.call("x"));
    List<StreamRecorder<HelloReply>> calls = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      calls.add(start(served, "x", 60_000));
    }
    for (StreamRecorder<HelloReply> call : calls) {
      assertThat(call.status()).isEqualTo(Status.OK);
      assertThat(call.messages().get(0).getMessage()).isEqualTo(String.valueOf(first));
    }
  }
}
