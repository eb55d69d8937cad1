package dev.grpcos.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grpcos.gateway.config.ConfigFile;
import dev.grpcos.gateway.config.Limits;
import dev.grpcos.gateway.failure.GatewayException;
import dev.grpcos.gateway.local.Reloaded;
import dev.grpcos.gateway.peer.PeerIdentity;
import dev.grpcos.gateway.process.JvmMemory;
import dev.grpcos.gateway.process.OwnProcess;
import dev.grpcos.proto.admin.v1.AdminGrpc;
import dev.grpcos.proto.admin.v1.ReloadRequest;
import dev.grpcos.proto.admin.v1.ReloadResponse;
import dev.grpcos.proto.helloworld.GreeterGrpc;
import dev.grpcos.proto.helloworld.HelloReply;
import dev.grpcos.proto.helloworld.HelloRequest;
import io.grpc.Channel;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.stub.StreamObserver;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReloadTest {
  private static final PeerIdentity STRANGER = new PeerIdentity(4242, 4242, List.of(77), 1);
  private static final PeerIdentity SELF = new PeerIdentity(OwnProcess.uid(), 0, List.of(), 1);

  private static final String OPEN =
      "policy: [{users: [4242, " + OwnProcess.uid() + "], methods: [helloworld.Greeter/*]}]\n";

  @TempDir Path folder;
  private Gateway gateway;

  @BeforeEach
  void start() throws Exception {
    write(OPEN);
    gateway =
        Gateway.start(
            () -> ConfigFile.read(file(), folder.resolve("g.sock"), System.getenv()),
            GatewayOptions.DEFAULT);
  }

  @AfterEach
  void stop() {
    gateway.close();
  }

  private Path file() {
    return folder.resolve("gateway.yaml");
  }

  private void write(String text) throws Exception {
    Files.writeString(file(), text);
  }

  private Reloaded reload() throws Exception {
    return gateway.reload().get(60, TimeUnit.SECONDS);
  }

  private Status.Code call(PeerIdentity caller) {
    try {
      HelloReply unused =
          GreeterGrpc.newBlockingStub(OwnersSocket.channel(gateway, caller))
              .sayHello(HelloRequest.getDefaultInstance());
      return Status.Code.OK;
    } catch (StatusRuntimeException e) {
      return e.getStatus().getCode();
    }
  }

  @Test
  void reloadAppliesAnotherPolicy() throws Exception {
    assertThat(call(STRANGER)).isEqualTo(Status.Code.OK);
    write("policy: [{groups: [77], methods: [helloworld.Greeter/SayBye]}]");
    assertThat(call(STRANGER)).isEqualTo(Status.Code.OK);
    assertThat(reload()).isEqualTo(new Reloaded(List.of(), List.of()));
    assertThat(call(STRANGER)).isEqualTo(Status.Code.PERMISSION_DENIED);
    assertThat(call(SELF)).isEqualTo(Status.Code.PERMISSION_DENIED);
    write("policy: [{groups: [77], methods: ['helloworld.*']}]");
    reload();
    assertThat(call(STRANGER)).isEqualTo(Status.Code.OK);
  }

  @Test
  void invalidConfigurationChangesNothingAndIsReportedInFull() throws Exception {
    write("polcy: []\nlimits: {calls: 0}\n");
    assertThat(reload().problems())
        .containsExactly(
            file() + ":1:1: unknown key 'polcy'; did you mean 'policy'?",
            file() + ":2:17: limits.calls is 0, out of bounds; give 1 to 1000000");
    assertThat(call(STRANGER)).isEqualTo(Status.Code.OK);
    Files.delete(file());
    assertThat(reload().problems()).hasSize(1).first().asString().contains("does not exist");
    write(OPEN + "audit: {file: audit.jsonl}\n");
    Files.createSymbolicLink(folder.resolve("audit.jsonl"), folder.resolve("x"));
    assertThat(reload().problems()).hasSize(1).first().asString().contains("audit file");
    assertThat(call(STRANGER)).isEqualTo(Status.Code.OK);
  }

  @Test
  void defaultMemoryIsWithinThatOfTheJvm() {
    assertThat(Limits.DEFAULT.memory()).isEqualTo(JvmMemory.forMessages() / 2);
    assertThatCode(() -> LiveConfig.checkMemory(Limits.DEFAULT.memory(), JvmMemory.forMessages()))
        .doesNotThrowAnyException();
  }

  @Test
  void memoryThatTheJvmDoesNotHaveIsRefused() throws Exception {
    assertThatCode(() -> LiveConfig.checkMemory(96 << 20, 128 << 20)).doesNotThrowAnyException();
    assertThatThrownBy(() -> LiveConfig.checkMemory(97 << 20, 128 << 20))
        .isInstanceOf(GatewayException.class)
        .hasMessageContaining("limits.memory is 97 MiB")
        .hasMessageContaining("give at most 96 MiB");

    long heap = Runtime.getRuntime().maxMemory();
    write(OPEN + "limits: {memory: " + Math.min(8L << 30, heap) + "}\n");
    if (heap <= 8L << 30) {
      assertThat(reload().problems()).singleElement().asString().contains("limits.memory is");
    }
  }

  @Test
  void keysThatNeedARestartAreReported() throws Exception {
    write(
        OPEN
            + "listen: {socket: other.sock, mode: 0666}\n"
            + "limits: {message: 1MiB, calls: 1, connections: 2}\n");
    assertThat(reload())
        .isEqualTo(
            new Reloaded(List.of(), List.of("listen.socket", "listen.mode", "limits.message")));
    assertThat(gateway.socket()).isEqualTo(folder.resolve("g.sock"));
    StreamObserver<HelloRequest> open = openStream(new StreamRecorder<>());
    assertThat(call(STRANGER)).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    open.onCompleted();
  }

  private StreamObserver<HelloRequest> openStream(StreamRecorder<HelloReply> replies)
      throws Exception {
    StreamObserver<HelloRequest> requests =
        GreeterGrpc.newStub(OwnersSocket.channel(gateway, STRANGER)).sayHelloBidiStream(replies);
    requests.onNext(HelloRequest.getDefaultInstance());
    replies.first(1);
    return requests;
  }

  @Test
  void adminServiceReloadsOnlyForTheOwnUser() throws Exception {
    write("drain: never\n");
    ReloadResponse response =
        AdminGrpc.newBlockingStub(OwnersSocket.channel(gateway, SELF))
            .reload(ReloadRequest.getDefaultInstance());
    assertThat(response.getProblemsList()).hasSize(1).first().asString().contains("not a duration");
    write(OPEN);
    Channel channel = OwnersSocket.channel(gateway, SELF);
    assertThat(AdminGrpc.newBlockingStub(channel).reload(ReloadRequest.getDefaultInstance()))
        .isEqualTo(ReloadResponse.getDefaultInstance());
  }

  @Test
  void streamThatAReloadForbidsMayFinish() throws Exception {
    var replies = new StreamRecorder<HelloReply>();
    StreamObserver<HelloRequest> requests = openStream(replies);
    write("policy: [{users: [1], methods: [a.B/*]}]\n");
    assertThat(reload().problems()).isEmpty();
    requests.onNext(HelloRequest.getDefaultInstance());
    replies.first(2);
    requests.onCompleted();
    assertThat(replies.status().isOk()).isTrue();
    assertThat(call(STRANGER)).isEqualTo(Status.Code.PERMISSION_DENIED);
  }

  @Test
  void streamThatAReloadForbidsEndsAfterTheDrain() throws Exception {
    Path log = folder.resolve("audit.jsonl");
    String audit = "audit: {file: '%s'}\n".formatted(log);
    write(audit + "policy: [{users: [4242], methods: ['*']}]\n");
    assertThat(reload().problems()).isEmpty();
    var replies = new StreamRecorder<HelloReply>();
    StreamObserver<HelloRequest> unused = openStream(replies);
    write(audit + "drain: 0s\npolicy: [{users: [1], methods: [a.B/*]}]\n");
    assertThat(reload().problems()).isEmpty();
    Status status = replies.status();
    assertThat(status.getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
    assertThat(status.getDescription()).contains("4242", "no rule of the gateway's policy");
    Await.until("the call is recorded", () -> Files.readString(log).contains("SayHelloBidiStream"));
    assertThat(Files.readString(log)).contains("\"status\":\"PERMISSION_DENIED\"");
  }

  @Test
  void streamsOfHealthAndReflectionEndWhenTheirUserLosesItsRights() throws Exception {
    Channel stranger = OwnersSocket.channel(gateway, STRANGER);
    Channel self = OwnersSocket.channel(gateway, SELF);
    var answers = new StreamRecorder<ServerReflectionResponse>();
    StreamObserver<ServerReflectionRequest> requests =
        ServerReflectionGrpc.newStub(stranger).serverReflectionInfo(answers);
    requests.onNext(ServerReflectionRequest.newBuilder().setListServices("").build());
    answers.first(1);
    var statuses = new StreamRecorder<HealthCheckResponse>();
    HealthGrpc.newStub(stranger).watch(HealthCheckRequest.getDefaultInstance(), statuses);
    statuses.first(1);
    var kept = new StreamRecorder<HealthCheckResponse>();
    Context.CancellableContext watching = Context.current().withCancellation();
    watching.run(
        () -> HealthGrpc.newStub(self).watch(HealthCheckRequest.getDefaultInstance(), kept));
    kept.first(1);

    write("policy: [{users: [1], methods: [helloworld.Greeter/*]}]\n");
    assertThat(reload().problems()).isEmpty();

    assertThat(answers.status().getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
    assertThat(statuses.status().getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
    assertThat(kept.ended()).isFalse();
    watching.cancel(null); // the end of the gateway would wait for it
  }

  /** {@code -Dgrpcos.soak=true} reloads more often. */
  @Test
  void reloadsFailNoCalls() throws Exception {
    int reloads = Boolean.getBoolean("grpcos.soak") ? 100 : 20;
    AtomicBoolean going = new AtomicBoolean(true);
    AtomicLong calls = new AtomicLong();
    AtomicLong failures = new AtomicLong();
    try (SocketClient clients = new SocketClient(gateway.socket())) {
      Channel channel = clients.channel();
      Thread caller =
          new Thread(
              () -> {
                while (going.get()) {
                  try {
                    HelloReply unused =
                        GreeterGrpc.newBlockingStub(channel)
                            .sayHello(HelloRequest.getDefaultInstance());
                  } catch (StatusRuntimeException e) {
                    failures.incrementAndGet();
                  }
                  calls.incrementAndGet();
                }
              });
      caller.start();
      for (int i = 0; i < reloads; i++) {
        write(OPEN + "drain: " + i + "s\naudit: {file: audit-" + i % 2 + ".jsonl}\n");
        assertThat(reload()).isEqualTo(new Reloaded(List.of(), List.of()));
        long before = calls.get();
        Await.until("further calls", () -> calls.get() > before + 5);
      }
      going.set(false);
      caller.join();
    }
    assertThat(failures).hasValue(0);
    assertThat(calls.get()).isGreaterThan(reloads * 5L);
  }
}
