package dev.grpcos.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.gateway.config.AuditConfig;
import dev.grpcos.gateway.config.ConfigSource;
import dev.grpcos.gateway.config.GatewayConfig;
import dev.grpcos.gateway.failure.Termination;
import dev.grpcos.gateway.peer.PeerIdentity;
import dev.grpcos.gateway.process.OwnProcess;
import dev.grpcos.proto.admin.v1.AdminGrpc;
import dev.grpcos.proto.admin.v1.StopRequest;
import dev.grpcos.proto.helloworld.GreeterGrpc;
import dev.grpcos.proto.helloworld.HelloReply;
import dev.grpcos.proto.helloworld.HelloRequest;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.stub.StreamObserver;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DrainTest {
  private static final Duration LONG = Duration.ofMinutes(5);
  private static final Duration SHORT = Duration.ofMillis(50);

  private Path path;
  private SocketClient clients;

  @BeforeEach
  void clients(@TempDir Path folder) {
    path = folder.resolve("g.sock");
    clients = new SocketClient(path);
  }

  @AfterEach
  void close() {
    clients.close();
  }

  private Gateway start(Duration drain) throws Exception {
    return Gateway.start(
        ConfigSource.fixed(GatewayConfig.defaults(path).withDrain(drain)), GatewayOptions.DEFAULT);
  }

  private Channel channel(Gateway gateway, boolean inProcess) {
    return inProcess
        ? OwnersSocket.channel(gateway, new PeerIdentity(OwnProcess.uid(), 0, List.of(), 1))
        : clients.channel();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void callInFlightFinishes(boolean inProcess) throws Exception {
    Gateway gateway = start(LONG);
    var replies = new StreamRecorder<HelloReply>();
    StreamObserver<HelloRequest> requests =
        GreeterGrpc.newStub(channel(gateway, inProcess)).sayHelloBidiStream(replies);
    requests.onNext(GatewayTest.hello("before"));
    replies.first(1);

    gateway.shutdown();
    Await.until("the socket is gone", () -> !Files.exists(path));
    requests.onNext(GatewayTest.hello("after"));
    assertThat(replies.first(2)).extracting(HelloReply::getMessage).endsWith("Hello after");
    assertThat(gateway.awaitTermination(Duration.ofMillis(1))).isFalse();
    requests.onCompleted();

    assertThat(replies.status().isOk()).isTrue();
    assertThat(gateway.awaitTermination()).isEqualTo(new Termination(false, "stop requested"));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void callThatOutlastsTheDrainIsUnavailable(boolean inProcess, @TempDir Path folder)
      throws Exception {
    Path audit = folder.resolve("audit.jsonl");
    Gateway gateway =
        Gateway.start(
            ConfigSource.fixed(
                GatewayConfig.defaults(path).withDrain(SHORT).withAudit(new AuditConfig(audit))),
            GatewayOptions.DEFAULT);
    var replies = new StreamRecorder<HelloReply>();
    StreamObserver<HelloRequest> requests =
        GreeterGrpc.newStub(channel(gateway, inProcess)).sayHelloBidiStream(replies);
    requests.onNext(GatewayTest.hello("before"));
    replies.first(1);

    gateway.close();

    assertThat(replies.status().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(replies.status().getDescription()).isEqualTo("the gateway is stopping");
    assertThat(Files.readAllLines(audit))
        .singleElement()
        .asString()
        .contains("\"status\":\"UNAVAILABLE\"");
  }

  @Test
  void idleTimeDoesNotProlongTheDrainOfAReplacedSocket() throws Exception {
    Gateway gateway =
        Gateway.start(
            ConfigSource.fixed(
                GatewayConfig.defaults(path).withDrain(SHORT).withWatch(SHORT).withIdle(LONG)),
            GatewayOptions.DEFAULT);
    var replies = new StreamRecorder<HelloReply>();
    StreamObserver<HelloRequest> requests =
        GreeterGrpc.newStub(clients.channel()).sayHelloBidiStream(replies);
    requests.onNext(GatewayTest.hello("before"));
    replies.first(1);

    Files.delete(path);

    assertThat(replies.status().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(gateway.awaitTermination().failed()).isTrue();
  }

  /**
   * After its end, an in-process server throws exceptions instead of ending calls with a status.
   */
  @Test
  void callsDuringTheEndOfTheGatewayGetAStatus() throws Exception {
    for (int round = 0; round < 50; round++) {
      Gateway gateway = start(Duration.ZERO);
      var stub = GreeterGrpc.newBlockingStub(channel(gateway, true));
      List<Future<Status>> callers = new ArrayList<>();
      ExecutorService threads = Executors.newFixedThreadPool(4);
      try {
        for (int i = 0; i < 4; i++) {
          callers.add(threads.submit(() -> callUntilRefused(stub)));
        }
        gateway.close();
        for (Future<Status> caller : callers) {
          assertThat(caller.get(60, TimeUnit.SECONDS).getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        }
      } finally {
        threads.shutdownNow();
      }
    }
  }

  private static Status callUntilRefused(GreeterGrpc.GreeterBlockingStub stub) {
    while (true) {
      try {
        stub.sayHello(GatewayTest.hello("again"));
      } catch (StatusRuntimeException e) {
        return e.getStatus();
      }
    }
  }

  @Test
  void healthWatchersGetNotServing() throws Exception {
    Gateway gateway = start(Duration.ofSeconds(1));
    var statuses = new StreamRecorder<HealthCheckResponse>();
    HealthGrpc.newStub(clients.channel()).watch(HealthCheckRequest.getDefaultInstance(), statuses);
    statuses.first(1);

    gateway.close();
    statuses.status();
    assertThat(statuses.messages())
        .extracting(HealthCheckResponse::getStatus)
        .containsExactly(ServingStatus.SERVING, ServingStatus.NOT_SERVING);
  }

  @Test
  void successorStartsWhileCallsAreInFlight() throws Exception {
    Gateway old = start(LONG);
    var replies = new StreamRecorder<HelloReply>();
    StreamObserver<HelloRequest> requests =
        GreeterGrpc.newStub(clients.channel()).sayHelloBidiStream(replies);
    requests.onNext(GatewayTest.hello("old"));
    replies.first(1);
    old.shutdown();
    Await.until("the lock is free", () -> Files.size(path.resolveSibling("g.sock.lock")) == 0);

    try (Gateway successor = start(LONG)) {
      requests.onCompleted();
      assertThat(replies.status().isOk()).isTrue();
      old.awaitTermination();

      assertThat(successor.socket()).exists();
      var stub = GreeterGrpc.newBlockingStub(clients.channel());
      assertThat(stub.sayHello(GatewayTest.hello("new")).getMessage()).isEqualTo("Hello new");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void stopAnswersBeforeTheDrain(boolean inProcess) throws Exception {
    Gateway gateway = start(LONG);

    var response =
        AdminGrpc.newBlockingStub(channel(gateway, inProcess))
            .stop(StopRequest.getDefaultInstance());

    assertThat(response.getPid()).isEqualTo(ProcessHandle.current().pid());
    assertThat(response.getDrain().getSeconds()).isEqualTo(LONG.toSeconds());
    assertThat(gateway.awaitTermination().failed()).isFalse();
    assertThat(path).doesNotExist();
  }

  @Test
  void noThreadRemains() throws Exception {
    Set<Thread> others = Thread.getAllStackTraces().keySet();

    start(LONG).close();

    Await.until(
        "threads are gone",
        () ->
            Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !others.contains(thread))
                .noneMatch(thread -> thread.getName().startsWith("grpcos-")));
  }
}
