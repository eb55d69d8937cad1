package dev.grpcos.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.grpcos.gateway.config.ConfigSource;
import dev.grpcos.gateway.config.GatewayConfig;
import dev.grpcos.gateway.config.Limits;
import dev.grpcos.gateway.peer.PeerIdentity;
import dev.grpcos.gateway.process.OwnProcess;
import dev.grpcos.proto.admin.v1.AdminGrpc;
import dev.grpcos.proto.admin.v1.GetStatusRequest;
import dev.grpcos.proto.admin.v1.GetStatusResponse;
import dev.grpcos.proto.helloworld.GreeterGrpc;
import dev.grpcos.proto.helloworld.HelloReply;
import dev.grpcos.proto.helloworld.HelloRequest;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class GatewayTest {
  private static final Metadata.Key<String> ORIGIN =
      Metadata.Key.of("grpcos-origin", Metadata.ASCII_STRING_MARSHALLER);
  private static final int MESSAGE_LIMIT = 1 << 20;

  private static final PeerIdentity SELF = new PeerIdentity(OwnProcess.uid(), 0, List.of(), 1);

  /** Both ways in must behave alike. */
  enum TransportKind {
    SOCKET,
    IN_PROCESS
  }

  @AutoClose private final OpenResources open = new OpenResources();
  private Gateway gateway;
  private SocketClient clients;

  @BeforeEach
  void start(@TempDir Path folder) throws Exception {
    gateway =
        open.add(
            Gateway.start(
                ConfigSource.fixed(
                    GatewayConfig.defaults(folder.resolve("g.sock"))
                        .withLimits(Limits.DEFAULT.withMessage(MESSAGE_LIMIT))),
                GatewayOptions.DEFAULT));
    clients = open.add(new SocketClient(gateway.socket()));
  }

  private Channel channel(TransportKind kind) {
    return kind == TransportKind.SOCKET ? clients.channel() : OwnersSocket.channel(gateway, SELF);
  }

  @ParameterizedTest
  @EnumSource
  void unaryCallIsAnswered(TransportKind kind) {
    HelloReply reply = GreeterGrpc.newBlockingStub(channel(kind)).sayHello(hello("world"));

    assertThat(reply.getMessage()).isEqualTo("Hello world");
  }

  @ParameterizedTest
  @EnumSource
  void serverStreamHasFiveReplies(TransportKind kind) throws Exception {
    var replies = new StreamRecorder<HelloReply>();
    GreeterGrpc.newStub(channel(kind)).sayHelloStreamReply(hello("you"), replies);

    assertThat(replies.status().isOk()).isTrue();
    assertThat(replies.messages())
        .extracting(HelloReply::getMessage)
        .containsExactly("Hello you 1", "Hello you 2", "Hello you 3", "Hello you 4", "Hello you 5");
  }

  @ParameterizedTest
  @EnumSource
  void bidirectionalStreamRepliesToEachRequestImmediately(TransportKind kind) throws Exception {
    var replies = new StreamRecorder<HelloReply>();
    StreamObserver<HelloRequest> requests =
        GreeterGrpc.newStub(channel(kind)).sayHelloBidiStream(replies);

    requests.onNext(hello("a"));
    assertThat(replies.first(1)).extracting(HelloReply::getMessage).containsExactly("Hello a");
    requests.onNext(hello("b"));
    assertThat(replies.first(2)).extracting(HelloReply::getMessage).endsWith("Hello b");
    assertThat(replies.ended()).isFalse();
    requests.onCompleted();
    assertThat(replies.status().isOk()).isTrue();
  }

  @ParameterizedTest
  @EnumSource
  void unknownMethodIsUnimplementedAndNamed(TransportKind kind) {
    StatusRuntimeException failure = callUnknown(channel(kind), "helloworld.Greeter/SayBye");

    assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.UNIMPLEMENTED);
    assertThat(failure.getStatus().getDescription())
        .isEqualTo("unknown method helloworld.Greeter/SayBye");
    assertThat(failure.getTrailers().get(ORIGIN)).isEqualTo("gateway");
  }

  @ParameterizedTest
  @EnumSource
  void unknownServiceIsUnimplementedAndNamed(TransportKind kind) {
    StatusRuntimeException failure = callUnknown(channel(kind), "no.such.Service/Method");

    assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.UNIMPLEMENTED);
    assertThat(failure.getStatus().getDescription())
        .isEqualTo("unknown service no.such.Service (no.such.Service/Method)");
  }

  @Test
  void denialNamesUserAndMethod() {
    Channel otherUser = OwnersSocket.channel(gateway, new PeerIdentity(4242, 4242, List.of(), 1));
    StatusRuntimeException failure =
        failureOf(() -> GreeterGrpc.newBlockingStub(otherUser).sayHello(hello("x")));

    assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
    assertThat(failure.getStatus().getDescription())
        .startsWith("user uid 4242 may not call helloworld.Greeter/SayHello: only");
    assertThat(failure.getTrailers().get(ORIGIN)).isEqualTo("gateway");
  }

  @Test
  void deniedCallerDoesNotLearnWhichMethodsExist() {
    Channel otherUser = OwnersSocket.channel(gateway, new PeerIdentity(4242, 4242, List.of(), 1));

    assertThat(callUnknown(otherUser, "no.such.Service/Method").getStatus().getCode())
        .isEqualTo(Status.Code.PERMISSION_DENIED);
  }

  @Test
  void rootIsAllowed() {
    Channel root = OwnersSocket.channel(gateway, new PeerIdentity(0, 0, List.of(), 1));

    assertThat(GreeterGrpc.newBlockingStub(root).sayHello(hello("root")).getMessage())
        .isEqualTo("Hello root");
  }

  @Test
  void identityInMetadataFromTheSocketIsIgnored() {
    Metadata forged = new Metadata();
    forged.put(
        Metadata.Key.of("grpcos-peer-bin", Metadata.BINARY_BYTE_MARSHALLER), new byte[] {1, 2, 3});
    var stub =
        GreeterGrpc.newBlockingStub(clients.channel())
            .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(forged));

    assertThat(stub.sayHello(hello("me")).getMessage()).isEqualTo("Hello me");
  }

  @ParameterizedTest
  @EnumSource
  void requestOverTheLimitIsResourceExhausted(TransportKind kind) {
    StatusRuntimeException failure =
        failureOf(
            () ->
                GreeterGrpc.newBlockingStub(channel(kind))
                    .sayHello(hello("x".repeat(MESSAGE_LIMIT))));

    assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(failure.getStatus().getDescription())
        .isEqualTo(
            "gRPC message exceeds maximum size 1048576: 1048580 (limits.message of the gateway)");
  }

  @ParameterizedTest
  @EnumSource
  void responseOverTheCallersLimitIsResourceExhausted(TransportKind kind) {
    StatusRuntimeException failure =
        failureOf(
            () ->
                GreeterGrpc.newBlockingStub(channel(kind))
                    .withMaxInboundMessageSize(10)
                    .sayHello(hello("a long name")));

    assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(failure.getStatus().getDescription())
        .isEqualTo("gRPC message exceeds maximum size 10: 19");
  }

  @ParameterizedTest
  @EnumSource
  void metadataOverTheLimitIsResourceExhausted(TransportKind kind) {
    Metadata large = new Metadata();
    large.put(Metadata.Key.of("large", Metadata.ASCII_STRING_MARSHALLER), "x".repeat(17 << 10));
    var stub =
        GreeterGrpc.newBlockingStub(channel(kind))
            .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(large));
    StatusRuntimeException failure = failureOf(() -> stub.sayHello(hello("x")));

    assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(failure.getStatus().getDescription()).contains("limit of 16384");
  }

  @ParameterizedTest
  @EnumSource
  void healthIsServingForTheGatewayAndEachService(TransportKind kind) {
    var health = HealthGrpc.newBlockingStub(channel(kind));

    for (String service : List.of("", "helloworld.Greeter", "grpcos.admin.v1.Admin")) {
      var request = HealthCheckRequest.newBuilder().setService(service).build();
      assertThat(health.check(request).getStatus()).isEqualTo(ServingStatus.SERVING);
    }
  }

  @Test
  void statusCountsCallsOfBothWays() throws Exception {
    Channel socket = channel(TransportKind.SOCKET);
    GreeterGrpc.newBlockingStub(socket).sayHello(hello("a"));
    GreeterGrpc.newBlockingStub(channel(TransportKind.IN_PROCESS)).sayHello(hello("b"));
    callUnknown(socket, "no.such.Service/Method");
    var admin = AdminGrpc.newBlockingStub(socket);
    // The end of a call is counted when its connection has taken the answer.
    Await.until(
        "the other calls are over",
        () -> admin.getStatus(GetStatusRequest.getDefaultInstance()).getCalls().getInFlight() == 1);

    GetStatusResponse status = admin.getStatus(GetStatusRequest.getDefaultInstance());
    assertThat(status.getPid()).isEqualTo(ProcessHandle.current().pid());
    assertThat(status.getUid()).isEqualTo(OwnProcess.uid());
    assertThat(status.getSocket()).isEqualTo(gateway.socket().toString());
    assertThat(status.getCalls().getTotal()).isGreaterThanOrEqualTo(5);
    assertThat(status.getCalls().getFailed()).isEqualTo(1);
    assertThat(status.getCalls().getConnections()).isEqualTo(1);
    assertThat(status.getMemory().getRssBytes()).isGreaterThan(1 << 20);
    assertThat(status.getVersions().getGrpcos()).matches("\\d+\\.\\d+\\.\\d+.*");
    assertThat(status.getVersions().getGrpc()).matches("\\d+\\.\\d+\\.\\d+");
    assertThat(status.getVersions().getProtobuf()).matches("\\d+\\.\\d+\\.\\d+");
    assertThat(status.getServicesList())
        .containsExactly(
            "grpc.health.v1.Health",
            "grpc.reflection.v1.ServerReflection",
            "grpc.reflection.v1alpha.ServerReflection",
            "grpcos.admin.v1.Admin",
            "helloworld.Greeter");
    assertThat(status.getDraining()).isFalse();
  }

  @Test
  void generationChangesOnlyWithTheServices() {
    assertThat(gateway.generation()).isEqualTo(1);
  }

  static HelloRequest hello(String name) {
    return HelloRequest.newBuilder().setName(name).build();
  }

  private static StatusRuntimeException callUnknown(Channel channel, String method) {
    MethodDescriptor<HelloRequest, HelloReply> descriptor =
        GreeterGrpc.getSayHelloMethod().toBuilder().setFullMethodName(method).build();
    return failureOf(
        () ->
            ClientCalls.blockingUnaryCall(
                channel, descriptor, CallOptions.DEFAULT, HelloRequest.getDefaultInstance()));
  }

  private static StatusRuntimeException failureOf(Runnable call) {
    return catchThrowableOfType(StatusRuntimeException.class, call::run);
  }
}
