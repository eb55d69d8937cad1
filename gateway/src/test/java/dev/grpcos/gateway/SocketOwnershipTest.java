package dev.grpcos.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.proto.helloworld.GreeterGrpc;
import dev.grpcos.proto.helloworld.HelloReply;
import dev.grpcos.proto.helloworld.HelloRequest;
import io.grpc.stub.StreamObserver;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests a path that several processes use. {@code -Dgrpcos.soak=true} tries it more often. */
@Timeout(180)
class SocketOwnershipTest {
  private static final boolean SOAK = Boolean.getBoolean("grpcos.soak");
  private static final int RACES = SOAK ? 200 : 10;
  private static final int KILLS = SOAK ? 50 : 3;
  private static final String DRAIN = "PT10S";
  private static final String WATCH = "PT10S";

  @TempDir private Path folder;

  private Path path() {
    return folder.resolve("g.sock");
  }

  private SeparateGateway process() throws Exception {
    return new SeparateGateway(path(), DRAIN, WATCH);
  }

  @Test
  void exactlyOneOfTwoStartsWinsAndTheOtherNamesItsPid() throws Exception {
    try (SeparateGateway one = process();
        SeparateGateway other = process()) {
      for (int round = 0; round < RACES; round++) {
        one.send("start");
        other.send("start");
        String first = one.line();
        String second = other.line();
        SeparateGateway winner = first.equals("started") ? one : other;

        assertThat(winner == one ? first : second).as("round " + round).isEqualTo("started");
        assertThat(winner == one ? second : first)
            .as("round " + round)
            .startsWith("refused socket " + path() + " is in use by pid " + winner.pid() + ":");
        assertAnswers();
        winner.send("stop");
        assertThat(winner.line()).isEqualTo("stopped");
        assertThat(path()).doesNotExist();
      }
    }
  }

  @Test
  void startRecoversFromAKillAtAnyMoment() throws Exception {
    Random random = new Random(4711);
    for (int round = 0; round < KILLS; round++) {
      try (SeparateGateway victim = process()) {
        victim.send("start");
        // From before the lock to well after the start; the first start loads all classes.
        LockSupport.parkNanos(random.nextLong(Duration.ofMillis(700).toNanos()));
        victim.kill();
        victim.exitCode();
      }
    }
    try (SeparateGateway next = process().started()) {
      assertAnswers();
      assertThat(next.alive()).isTrue();
      assertThat(folder.resolve("g.sock.new")).doesNotExist();
    }
  }

  @Test
  void exitOfAGatewayKeepsTheSocketOfItsSuccessor() throws Exception {
    try (SeparateGateway old = process().started()) {
      // Another process removes the socket that is in use.
      Files.delete(path());
      Files.delete(folder.resolve("g.sock.lock"));
      try (SeparateGateway successor = process().started()) {
        old.terminate();
        assertThat(old.exitCode()).isZero();

        assertAnswers();
        assertThat(successor.alive()).isTrue();
      }
    }
  }

  @Test
  void terminatedProcessDrainsAndExitsWithZero() throws Exception {
    try (SeparateGateway gateway = process().started();
        SocketClient clients = new SocketClient(path())) {
      var replies = new StreamRecorder<HelloReply>();
      StreamObserver<HelloRequest> requests =
          GreeterGrpc.newStub(clients.channel()).sayHelloBidiStream(replies);
      requests.onNext(GatewayTest.hello("before"));
      replies.first(1);

      gateway.terminate();
      Await.until("the socket is gone", () -> !Files.exists(path()));
      requests.onNext(GatewayTest.hello("after"));
      assertThat(replies.first(2)).extracting(HelloReply::getMessage).endsWith("Hello after");
      assertThat(gateway.alive()).isTrue();
      requests.onCompleted();

      assertThat(replies.status().isOk()).isTrue();
      assertThat(gateway.exitCode()).isZero();
    }
  }

  @Test
  void processWhoseSocketIsRemovedExitsNonZero() throws Exception {
    try (SeparateGateway gateway = new SeparateGateway(path(), DRAIN, "PT0.05S").started()) {
      Files.delete(path());

      assertThat(gateway.exitCode()).isEqualTo(1);
    }
  }

  private void assertAnswers() {
    try (SocketClient clients = new SocketClient(path())) {
      var stub = GreeterGrpc.newBlockingStub(clients.channel());
      assertThat(stub.sayHello(GatewayTest.hello("x")).getMessage()).isEqualTo("Hello x");
    }
  }
}
