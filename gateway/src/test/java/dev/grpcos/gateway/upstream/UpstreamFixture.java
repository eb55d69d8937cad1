package dev.grpcos.gateway.upstream;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.grpcos.gateway.Await;
import dev.grpcos.gateway.Gateway;
import dev.grpcos.gateway.GatewayOptions;
import dev.grpcos.gateway.OpenResources;
import dev.grpcos.gateway.config.GatewayConfig;
import dev.grpcos.gateway.config.Limits;
import dev.grpcos.gateway.config.UpstreamConfig;
import dev.grpcos.proto.admin.v1.AdminGrpc;
import dev.grpcos.proto.admin.v1.GetStatusRequest;
import dev.grpcos.proto.admin.v1.Upstream;
import dev.grpcos.proto.helloworld.GreeterGrpc;
import dev.grpcos.proto.helloworld.HelloReply;
import dev.grpcos.proto.helloworld.HelloRequest;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A gateway with servers that a test starts. */
@Timeout(180)
abstract class UpstreamFixture {
  static final Metadata.Key<String> ORIGIN = key("grpcos-origin");

  static final HelloRequest YOU = HelloRequest.newBuilder().setName("you").build();

  @TempDir Path folder;
  final BlockingQueue<Metadata> received = new LinkedBlockingQueue<>();

  @AutoClose private final OpenResources open = new OpenResources();

  /** The upstreams that the next reload reads. */
  volatile List<UpstreamConfig> configured = List.of();

  @SuppressWarnings("NullAway.Init") // each test begins with gateway()
  Gateway gateway;

  @SuppressWarnings("NullAway.Init") // the same
  Channel channel;

  static Metadata.Key<String> key(String name) {
    return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
  }

  TestServer server(String name, ServerServiceDefinition... services) throws Exception {
    TestServer server = new TestServer(folder.resolve(name + ".sock"), List.of(services));
    open.add(server);
    return server;
  }

  void gateway(UpstreamConfig... upstreams) throws Exception {
    gateway(Limits.DEFAULT, upstreams);
  }

  void gateway(Limits limits, UpstreamConfig... upstreams) throws Exception {
    configured = List.of(upstreams);
    GatewayConfig config =
        GatewayConfig.defaults(folder.resolve("g.sock"))
            .withLimits(limits)
            .withDrain(Duration.ofMillis(100));
    gateway = Gateway.start(() -> config.withUpstreams(configured), GatewayOptions.DEFAULT);
    channel = open.connect(gateway);
  }

  /** Returns a Greeter with its own name, and reflection. It records the received metadata. */
  ServerServiceDefinition[] greeter(String name) {
    return new ServerServiceDefinition[] {
      TestServer.behind(greeterService(name), List.of(new HeaderRecorder())), reflection()
    };
  }

  static ServerServiceDefinition greeterService(String name) {
    return new GreeterGrpc.GreeterImplBase() {
      @Override
      public void sayHello(HelloRequest request, StreamObserver<HelloReply> responses) {
        responses.onNext(
            HelloReply.newBuilder().setMessage(name + ": " + request.getName()).build());
        responses.onCompleted();
      }
    }.bindService();
  }

  private final class HeaderRecorder implements ServerInterceptor {
    @Override
    public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
        ServerCall<ReqT, RespT> call, Metadata headers, ServerCallHandler<ReqT, RespT> next) {
      received.add(headers);
      return next.startCall(call, headers);
    }
  }

  String hello() {
    return GreeterGrpc.newBlockingStub(channel).sayHello(YOU).getMessage();
  }

  StatusRuntimeException failure() {
    return catchThrowableOfType(StatusRuntimeException.class, this::hello);
  }

  void awaitService(String answer) throws Exception {
    Await.until("the upstream's Greeter is offered", () -> hello().startsWith(answer));
    received.clear();
  }

  Upstream status() {
    return AdminGrpc.newBlockingStub(channel)
        .getStatus(GetStatusRequest.getDefaultInstance())
        .getUpstreams(0);
  }

  ServingStatus health(String service) {
    return HealthGrpc.newBlockingStub(channel)
        .check(HealthCheckRequest.newBuilder().setService(service).build())
        .getStatus();
  }

  static ServerServiceDefinition reflection() {
    return ProtoReflectionServiceV1.newInstance().bindService();
  }

  StatusRuntimeException callUnknown(String method) {
    var descriptor = GreeterGrpc.getSayHelloMethod().toBuilder().setFullMethodName(method).build();
    return catchThrowableOfType(
        StatusRuntimeException.class,
        () -> ClientCalls.blockingUnaryCall(channel, descriptor, CallOptions.DEFAULT, YOU));
  }
}
