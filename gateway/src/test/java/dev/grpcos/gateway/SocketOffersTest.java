package dev.grpcos.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.gateway.peer.PeerIdentity;
import dev.grpcos.gateway.policy.SocketAccess;
import dev.grpcos.gateway.policy.SocketCaller;
import dev.grpcos.gateway.policy.SocketRights;
import dev.grpcos.gateway.process.OwnProcess;
import dev.grpcos.proto.admin.v1.AdminGrpc;
import dev.grpcos.proto.admin.v1.StopRequest;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.reflection.v1.ServiceResponse;
import io.grpc.stub.StreamObserver;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests which methods a socket offers, and what it shows of the others. */
final class SocketOffersTest extends SocketsFixture {
  @Test
  void onlyTheNamedMethodsExistThere() throws Exception {
    try (SocketClient client = new SocketClient(path("a.sock"))) {
      assertThat(greet(client.channel())).isEqualTo("Hello x");

      Status stream = refusal(() -> stream(client.channel()));
      Status health =
          refusal(
              () ->
                  HealthGrpc.newBlockingStub(client.channel())
                      .check(HealthCheckRequest.getDefaultInstance()));

      assertThat(stream.getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
      assertThat(health.getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
      assertThat(
              String.valueOf(health.getDescription())
                  .replace("grpc.health.v1.Health/Check", STREAM))
          .isEqualTo(stream.getDescription())
          .contains("socket a.sock does not allow it");
    }
  }

  @Test
  void adminServiceIsNotOfferedByAPatternForEverything() throws Exception {
    try (SocketClient client = new SocketClient(path("b.sock"))) {
      assertThat(greet(client.channel())).isEqualTo("Hello x");
      Status admin =
          refusal(
              () ->
                  AdminGrpc.newBlockingStub(client.channel())
                      .stop(StopRequest.getDefaultInstance()));
      assertThat(admin.getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
    }
    try (SocketClient owner = new SocketClient(gateway.socket())) {
      assertThat(greet(owner.channel())).isEqualTo("Hello x");
    }
  }

  @Test
  void callsInTheProcessHaveTheRightsOfTheCallersSocket() {
    Channel narrowed =
        gateway.channelFor(
            new SocketCaller(
                new PeerIdentity(OwnProcess.uid(), 0, List.of(), 1),
                new SocketAccess(path("a.sock"), SocketRights.of(socket("a.sock", HELLO)))));

    assertThat(greet(narrowed)).isEqualTo("Hello x");
    assertThat(refusal(() -> stream(narrowed)).getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
  }

  @Test
  void reflectionAndHealthShowWhatTheSocketOffers() throws Exception {
    configure(socket("a.sock", HELLO, "grpc.health.v1.Health/*"));
    reload();
    try (SocketClient client = new SocketClient(path("a.sock"))) {
      StreamRecorder<ServerReflectionResponse> answers = new StreamRecorder<>();
      StreamObserver<ServerReflectionRequest> requests =
          ServerReflectionGrpc.newStub(client.channel()).serverReflectionInfo(answers);
      requests.onNext(ServerReflectionRequest.newBuilder().setListServices("").build());
      for (String symbol : List.of("helloworld.Greeter", "grpcos.admin.v1.Admin")) {
        requests.onNext(
            ServerReflectionRequest.newBuilder().setFileContainingSymbol(symbol).build());
      }
      requests.onCompleted();

      List<ServerReflectionResponse> all = answers.first(3);
      assertThat(all.get(0).getListServicesResponse().getServiceList())
          .extracting(ServiceResponse::getName)
          .containsExactly("grpc.health.v1.Health", "helloworld.Greeter");
      assertThat(all.get(1).hasFileDescriptorResponse()).isTrue();
      assertThat(all.get(2).getErrorResponse().getErrorCode())
          .isEqualTo(Status.Code.NOT_FOUND.value());

      HealthGrpc.HealthBlockingStub health = HealthGrpc.newBlockingStub(client.channel());
      for (String service : List.of("", "helloworld.Greeter")) {
        assertThat(health.check(request(service)).getStatusValue()).isEqualTo(1);
      }
      for (String service : List.of("grpcos.admin.v1.Admin", "no.Such")) {
        assertThat(refusal(() -> health.check(request(service))))
            .extracting(Status::getCode, Status::getDescription)
            .containsExactly(Status.Code.NOT_FOUND, "unknown service " + service);
      }
    }
  }

  @Test
  void openStreamsShowWhatTheSocketOffersAfterAReload() throws Exception {
    configure(socket("a.sock", HELLO, "grpc.health.v1.Health/*"));
    reload();
    try (SocketClient client = new SocketClient(path("a.sock"))) {
      StreamRecorder<ServerReflectionResponse> answers = new StreamRecorder<>();
      StreamObserver<ServerReflectionRequest> requests =
          ServerReflectionGrpc.newStub(client.channel()).serverReflectionInfo(answers);
      ServerReflectionRequest symbol =
          ServerReflectionRequest.newBuilder()
              .setFileContainingSymbol("helloworld.Greeter")
              .build();
      requests.onNext(symbol);
      assertThat(answers.first(1).get(0).hasFileDescriptorResponse()).isTrue();
      StreamRecorder<HealthCheckResponse> statuses = new StreamRecorder<>();
      HealthGrpc.newStub(client.channel()).watch(request("helloworld.Greeter"), statuses);
      assertThat(statuses.first(1).get(0).getStatus()).isEqualTo(ServingStatus.SERVING);

      configure(socket("a.sock", "grpc.health.v1.Health/*"));
      config = config.withDrain(java.time.Duration.ofMillis(100));
      reload();

      requests.onNext(symbol);
      assertThat(answers.first(2).get(1).hasErrorResponse()).isTrue();
      requests.onCompleted();
      // The next status is that of the gateway's end.
      gateway.close();
      assertThat(statuses.first(2).get(1).getStatus()).isEqualTo(ServingStatus.SERVICE_UNKNOWN);
    }
  }
}
