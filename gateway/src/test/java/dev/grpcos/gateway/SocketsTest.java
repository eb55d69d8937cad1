package dev.grpcos.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Duration;
import dev.grpcos.gateway.config.GatewayConfig;
import dev.grpcos.gateway.config.ListenConfig;
import dev.grpcos.gateway.config.NamePattern;
import dev.grpcos.gateway.config.SocketConfig;
import dev.grpcos.gateway.failure.GatewayException;
import dev.grpcos.gateway.process.OwnProcess;
import dev.grpcos.proto.admin.v1.AdminGrpc;
import dev.grpcos.proto.admin.v1.ShareRequest;
import dev.grpcos.proto.admin.v1.ShareResponse;
import dev.grpcos.proto.helloworld.GreeterGrpc;
import dev.grpcos.proto.helloworld.HelloReply;
import dev.grpcos.proto.helloworld.HelloRequest;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.stub.StreamObserver;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the life of sockets: at a start, at reloads, and of shared ones. */
final class SocketsTest extends SocketsFixture {
  @Test
  void reloadAddsChangesAndRemovesSocketsAndKeepsOpenCalls() throws Exception {
    try (SocketClient owner = new SocketClient(gateway.socket());
        SocketClient kept = new SocketClient(path("a.sock"));
        SocketClient gone = new SocketClient(path("b.sock"))) {
      Channel changed = kept.channel();
      StreamRecorder<HelloReply> replies = new StreamRecorder<>();
      StreamObserver<HelloRequest> requests =
          GreeterGrpc.newStub(owner.channel()).sayHelloBidiStream(replies);
      StreamRecorder<HelloReply> last = new StreamRecorder<>();
      StreamObserver<HelloRequest> lastRequests =
          GreeterGrpc.newStub(gone.channel()).sayHelloBidiStream(last);
      requests.onNext(HelloRequest.newBuilder().setName("1").build());
      lastRequests.onNext(HelloRequest.newBuilder().setName("1").build());
      replies.first(1);
      last.first(1);
      assertThat(greet(changed)).isEqualTo("Hello x");

      configure(socket("a.sock", STREAM), socket("c.sock", HELLO));
      reload();

      assertThat(path("b.sock")).doesNotExist();
      stream(changed);
      assertThat(refusal(() -> greet(changed)).getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
      try (SocketClient added = new SocketClient(path("c.sock"))) {
        assertThat(greet(added.channel())).isEqualTo("Hello x");
      }
      requests.onNext(HelloRequest.newBuilder().setName("2").build());
      lastRequests.onNext(HelloRequest.newBuilder().setName("2").build());
      replies.first(2);
      last.first(2);
      requests.onCompleted();
      lastRequests.onCompleted();
    }
  }

  @Test
  void removedSocketAllowsNoFurtherCallsOnOpenConnections() throws Exception {
    try (SocketClient clients = new SocketClient(path("b.sock"))) {
      Channel client = clients.channel();
      StreamRecorder<HelloReply> replies = new StreamRecorder<>();
      StreamObserver<HelloRequest> requests =
          GreeterGrpc.newStub(client).sayHelloBidiStream(replies);
      requests.onNext(HelloRequest.newBuilder().setName("1").build());
      replies.first(1);

      configure();
      reload();

      assertThat(refusal(() -> greet(client)).getCode())
          .isIn(Status.Code.PERMISSION_DENIED, Status.Code.UNAVAILABLE);
      requests.onCompleted();
    }
  }

  @Test
  void reloadChangesTheMode() throws Exception {
    SocketConfig other =
        new SocketConfig(
            new ListenConfig(path("a.sock"), 0620, null),
            List.of(new NamePattern(HELLO)),
            List.of());
    configure(other);
    reload();
    assertThat((Integer) Files.getAttribute(path("a.sock"), "unix:mode") & 0777).isEqualTo(0620);
  }

  @Test
  void socketThatCannotBeBoundChangesNothing() throws Exception {
    Files.writeString(path("d.sock"), "precious");
    configure(socket("c.sock", HELLO), socket("d.sock", HELLO));

    assertThat(gateway.reload().get().problems()).singleElement().asString().contains("d.sock");

    assertThat(path("a.sock")).exists();
    assertThat(path("c.sock")).doesNotExist();
    assertThat(path("d.sock")).hasContent("precious");
    Files.delete(path("d.sock"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"own/g.sock", "link/g.sock"})
  void pathOfTheOwnersSocketIsRefused(String name) throws Exception {
    Files.createSymbolicLink(folder.resolve("link"), folder.resolve("own"));
    config =
        config.withSockets(
            List.of(
                new SocketConfig(
                    new ListenConfig(folder.resolve(name), 0600, null),
                    List.of(new NamePattern(HELLO)),
                    List.of())));

    assertThat(gateway.reload().get().problems())
        .singleElement()
        .asString()
        .contains("the gateway's own");
    try (SocketClient owner = new SocketClient(gateway.socket())) {
      assertThat(greet(owner.channel())).isEqualTo("Hello x");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.sock", "c.sock"})
  void twoPathsOfOneSocketAreRefused(String name) throws Exception {
    Files.createSymbolicLink(folder.resolve("link"), path(""));
    SocketConfig wide =
        new SocketConfig(
            new ListenConfig(folder.resolve("link").resolve(name), 0600, null),
            List.of(new NamePattern("*")),
            List.of());
    configure(socket(name, HELLO), socket("b.sock", "*"), wide);

    assertThat(gateway.reload().get().problems())
        .singleElement()
        .asString()
        .contains("is the same as socket");
    try (SocketClient client = new SocketClient(path("a.sock"))) {
      assertThat(greet(client.channel())).isEqualTo("Hello x");
      assertThat(refusal(() -> stream(client.channel())).getCode())
          .isEqualTo(Status.Code.PERMISSION_DENIED);
    }
  }

  @Test
  void pathWithAListenerIsRefusedAtTheStart() {
    GatewayConfig second =
        GatewayConfig.defaults(folder.resolve("second.sock"))
            .withSockets(List.of(socket("a.sock", HELLO)));

    assertThatThrownBy(() -> Gateway.start(() -> second, GatewayOptions.DEFAULT).close())
        .isInstanceOf(GatewayException.class)
        .hasMessageContaining("in use by pid " + OwnProcess.pid());
    assertThat(folder.resolve("second.sock")).doesNotExist();
  }

  @Test
  void socketHasNoOtherFilesBesideIt() {
    assertThat(path("")).isDirectoryContaining(file -> file.endsWith("a.sock"));
    assertThat(path("").toFile().list()).containsExactlyInAnyOrder("a.sock", "b.sock");
  }

  @Test
  void callsOfMethodsThatAReloadRemovesEnd() throws Exception {
    configure(socket("a.sock", "helloworld.*", "grpc.health.v1.Health/*"));
    reload();
    try (SocketClient client = new SocketClient(path("a.sock"))) {
      StreamRecorder<HealthCheckResponse> statuses = new StreamRecorder<>();
      HealthGrpc.newStub(client.channel()).watch(request("helloworld.Greeter"), statuses);
      statuses.first(1);
      StreamRecorder<HelloReply> replies = new StreamRecorder<>();
      StreamObserver<HelloRequest> requests =
          GreeterGrpc.newStub(client.channel()).sayHelloBidiStream(replies);
      requests.onNext(HelloRequest.getDefaultInstance());
      replies.first(1);

      configure(socket("a.sock", HELLO));
      reload();

      assertThat(statuses.status().getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
      requests.onNext(HelloRequest.getDefaultInstance());
      replies.first(2);

      config = config.withDrain(java.time.Duration.ZERO);
      reload();
      Status status = replies.status();
      assertThat(status.getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
      assertThat(status.getDescription()).contains("socket a.sock does not allow it");
    }
  }

  @Test
  void aSharedSocketEndsWithItsCall() throws Exception {
    try (SocketClient owner = new SocketClient(gateway.socket())) {
      StreamRecorder<ShareResponse> answers = new StreamRecorder<>();
      StreamObserver<ShareRequest> requests = AdminGrpc.newStub(owner.channel()).share(answers);
      requests.onNext(ShareRequest.newBuilder().addAllow(HELLO).addAllow("no.Such/*").build());
      ShareResponse shared = answers.first(1).get(0);
      Path path = Path.of(shared.getSocket());

      assertThat(shared.getMethods()).isEqualTo(1);
      assertThat(shared.getUnmatchedList()).containsExactly("no.Such/*");
      try (SocketClient client = new SocketClient(path)) {
        Channel channel = client.channel();
        assertThat(greet(channel)).isEqualTo("Hello x");
        reload();
        assertThat(greet(channel)).isEqualTo("Hello x");
      }
      requests.onCompleted();
      Await.until("the socket is gone", () -> !Files.exists(path));
      assertThat(answers.status().isOk()).isTrue();
    }
  }

  @Test
  void aSharedSocketEndsWithItsTime() throws Exception {
    try (SocketClient owner = new SocketClient(gateway.socket())) {
      StreamRecorder<ShareResponse> answers = new StreamRecorder<>();
      AdminGrpc.newStub(owner.channel())
          .share(answers)
          .onNext(
              ShareRequest.newBuilder()
                  .addAllow(HELLO)
                  .setSocket(path("s.sock").toString())
                  .setTtl(Duration.newBuilder().setNanos(50_000_000))
                  .build());
      assertThat(answers.status().isOk()).isTrue();
      Await.until("the socket is gone", () -> !Files.exists(path("s.sock")));
    }
  }
}
