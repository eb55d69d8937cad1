package dev.grpcos.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import dev.grpcos.gateway.Await;
import dev.grpcos.gateway.Gateway;
import dev.grpcos.gateway.GatewayOptions;
import dev.grpcos.gateway.SocketClient;
import dev.grpcos.gateway.StreamRecorder;
import dev.grpcos.gateway.config.CredentialsConfig;
import dev.grpcos.gateway.config.GatewayConfig;
import dev.grpcos.gateway.config.Limits;
import dev.grpcos.gateway.config.RetryConfig;
import dev.grpcos.gateway.config.SecretSource;
import dev.grpcos.gateway.config.UpstreamConfig;
import dev.grpcos.gateway.failure.GatewayException;
import dev.grpcos.proto.admin.v1.AdminGrpc;
import dev.grpcos.proto.admin.v1.GetStatusRequest;
import dev.grpcos.proto.admin.v1.Upstream;
import dev.grpcos.proto.helloworld.GreeterGrpc;
import dev.grpcos.proto.helloworld.HelloReply;
import dev.grpcos.proto.helloworld.HelloRequest;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Tests a gateway with one or two servers, and their failures. */
@Timeout(60)
@Execution(ExecutionMode.CONCURRENT)
class UpstreamTest {
  private static final Metadata.Key<String> ORIGIN = key("grpcos-origin");
  private static final HelloRequest YOU = HelloRequest.newBuilder().setName("you").build();

  @TempDir private Path folder;
  private final List<AutoCloseable> open = new ArrayList<>();
  private final BlockingQueue<Metadata> received = new LinkedBlockingQueue<>();

  @SuppressWarnings("NullAway.Init") // each test begins with gateway()
  private Gateway gateway;

  @SuppressWarnings("NullAway.Init") // the same
  private Channel channel;

  @AfterEach
  void stop() throws Exception {
    for (int i = open.size() - 1; i >= 0; i--) {
      open.get(i).close();
    }
  }

  /** The upstreams that the next reload reads. */
  private volatile List<UpstreamConfig> configured = List.of();

  private static Metadata.Key<String> key(String name) {
    return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
  }

  private TestServer server(String name, ServerServiceDefinition... services) throws Exception {
    TestServer server = new TestServer(folder.resolve(name + ".sock"), List.of(services));
    open.add(server);
    return server;
  }

  private void gateway(UpstreamConfig... upstreams) throws Exception {
    gateway(Limits.DEFAULT, upstreams);
  }

  private void gateway(Limits limits, UpstreamConfig... upstreams) throws Exception {
    configured = List.of(upstreams);
    GatewayConfig config =
        GatewayConfig.defaults(folder.resolve("g.sock"))
            .withLimits(limits)
            .withDrain(Duration.ofMillis(100));
    gateway = Gateway.start(() -> config.withUpstreams(configured), GatewayOptions.DEFAULT);
    open.add(gateway);
    SocketClient clients = new SocketClient(gateway.socket());
    open.add(clients);
    channel = clients.channel();
  }

  /** Returns a Greeter with its own name, and reflection. It records the received metadata. */
  private ServerServiceDefinition[] greeter(String name) {
    return new ServerServiceDefinition[] {
      TestServer.behind(greeterService(name), List.of(new HeaderRecorder())),
      ProtoReflectionServiceV1.newInstance().bindService()
    };
  }

  private static ServerServiceDefinition greeterService(String name) {
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

  private String hello() {
    return GreeterGrpc.newBlockingStub(channel).sayHello(YOU).getMessage();
  }

  private StatusRuntimeException failure() {
    return catchThrowableOfType(StatusRuntimeException.class, this::hello);
  }

  private void awaitService(String answer) throws Exception {
    Await.until("the upstream's Greeter is offered", () -> hello().startsWith(answer));
    received.clear();
  }

  private Upstream status() {
    return AdminGrpc.newBlockingStub(channel)
        .getStatus(GetStatusRequest.getDefaultInstance())
        .getUpstreams(0);
  }

  private ServingStatus health(String service) {
    return HealthGrpc.newBlockingStub(channel)
        .check(HealthCheckRequest.newBuilder().setService(service).build())
        .getStatus();
  }

  @Test
  void endToEndMetadataPassesAndHopMetadataDoesNot() throws Exception {
    gateway(server("u", greeter("u")).config("u"));
    awaitService("u");
    Metadata sent = new Metadata();
    sent.put(key("x-twice"), "1");
    sent.put(key("x-twice"), "2");
    sent.put(Metadata.Key.of("x-bin", Metadata.BINARY_BYTE_MARSHALLER), new byte[] {0, -1});
    sent.put(Metadata.Key.of("grpc-trace-bin", Metadata.BINARY_BYTE_MARSHALLER), new byte[] {7});
    sent.put(key("authorization"), "Bearer mine");
    sent.put(key("grpc-previous-rpc-attempts"), "3");
    sent.put(key("proxy-authorization"), "secret");
    String ignored =
        GreeterGrpc.newBlockingStub(channel)
            .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(sent))
            .sayHello(YOU)
            .getMessage();

    Metadata came = received.take();
    assertThat(came.getAll(key("x-twice"))).containsExactly("1", "2");
    assertThat(came.get(Metadata.Key.of("x-bin", Metadata.BINARY_BYTE_MARSHALLER)))
        .containsExactly(0, -1);
    assertThat(came.get(Metadata.Key.of("grpc-trace-bin", Metadata.BINARY_BYTE_MARSHALLER)))
        .containsExactly(7);
    assertThat(came.get(key("authorization"))).isEqualTo("Bearer mine");
    assertThat(came.get(key("user-agent"))).startsWith("grpcos/").contains("grpc-java-netty");
    assertThat(came.keys()).doesNotContain("grpc-previous-rpc-attempts", "proxy-authorization");
    assertThat(ignored).isEqualTo("u: you");
  }

  @Test
  void errorDetailsPassUnchanged() throws Exception {
    Metadata.Key<byte[]> details =
        Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER);
    ServerServiceDefinition failing =
        new GreeterGrpc.GreeterImplBase() {
          @Override
          public void sayHello(HelloRequest request, StreamObserver<HelloReply> responses) {
            Metadata trailers = new Metadata();
            trailers.put(details, new byte[] {8, 5});
            trailers.put(key("x-own"), "1");
            responses.onError(
                Status.NOT_FOUND.withDescription("no such greeting").asException(trailers));
          }
        }.bindService();
    gateway(server("u", failing, reflection()).config("u"));
    Await.until("it is offered", () -> gateway.generation() > 1);

    StatusRuntimeException failure = failure();
    assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.NOT_FOUND);
    assertThat(failure.getStatus().getDescription()).isEqualTo("no such greeting");
    assertThat(failure.getTrailers().get(details)).containsExactly(8, 5);
    assertThat(failure.getTrailers().get(key("x-own"))).isEqualTo("1");
    assertThat(failure.getTrailers().get(ORIGIN)).isNull();
  }

  private static ServerServiceDefinition reflection() {
    return ProtoReflectionServiceV1.newInstance().bindService();
  }

  @Test
  void killedUpstreamIsUnavailableUntilItRunsAgain() throws Exception {
    TestServer server = server("u", greeter("u"));
    gateway(server.config("billing"));
    awaitService("u");
    assertThat(health("billing")).isEqualTo(ServingStatus.SERVING);
    for (int round = 0; round < 3; round++) {
      server.kill();
      StatusRuntimeException failure = failure();
      assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
      assertThat(failure.getStatus().getDescription())
          .startsWith("upstream billing (unix:" + folder.resolve("u.sock") + "): ");
      assertThat(failure.getTrailers().get(ORIGIN)).isEqualTo("gateway");
      Await.until("health tells", () -> health("billing") == ServingStatus.NOT_SERVING);
      assertThat(health("helloworld.Greeter")).isEqualTo(ServingStatus.NOT_SERVING);
      assertThat(status().getState()).isEqualTo(Upstream.State.FAILING);
      assertThat(status().getLastError()).isNotEmpty();

      server.start();
      assertThat(hello()).isEqualTo("u: you");
      Await.until("health tells", () -> health("billing") == ServingStatus.SERVING);
      assertThat(status().getLastError()).isEmpty();
    }
  }

  /** Many parallel calls share an attempt to connect, while more calls start. */
  @Test
  void everyCallToAServerThatIsDownIsUnavailable() throws Exception {
    TestServer server = server("u", greeter("u"));
    gateway(server.config("u"));
    awaitService("u");
    server.kill();
    var replies = new ArrayList<StreamRecorder<HelloReply>>();
    for (int round = 0; round < 8; round++) {
      for (int i = 0; i < 10; i++) {
        var reply = new StreamRecorder<HelloReply>();
        replies.add(reply);
        GreeterGrpc.newStub(channel).withDeadlineAfter(10, TimeUnit.SECONDS).sayHello(YOU, reply);
      }
      assertThat(failure().getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    }
    for (StreamRecorder<HelloReply> reply : replies) {
      assertThat(reply.status().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    }
  }

  @Test
  void servicesOfAnUpstreamThatIsDownAreCached() throws Exception {
    TestServer server = server("u", greeter("u"));
    gateway(server.config("u"));
    awaitService("u");
    Await.until("it is cached", () -> status().getServices() == 1);
    gateway.close();
    server.kill();

    gateway(server.config("u"));
    assertThat(failure().getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(status().getServices()).isEqualTo(1);
  }

  @Test
  void silentUpstreamTimesOut() throws Exception {
    Path silent = folder.resolve("silent.sock");
    try (ServerSocketChannel listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      listening.bind(UnixDomainSocketAddress.of(silent));
      gateway(TestServer.withServices(TestServer.config("mute", "unix:" + silent), "acme.*"));

      StatusRuntimeException failure = callUnknown("acme.Silent/Method");
      assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
      assertThat(failure.getStatus().getDescription())
          .contains("upstream mute", "no answer within 2s");
      Await.until("the status tells", () -> status().getState() == Upstream.State.FAILING);
    }
  }

  @Test
  void configuredDeadlineEndsACallAndNamesTheUpstream() throws Exception {
    CountDownLatch cancelled = new CountDownLatch(1);
    ServerServiceDefinition hanging =
        new GreeterGrpc.GreeterImplBase() {
          @Override
          public void sayHello(HelloRequest request, StreamObserver<HelloReply> responses) {
            ((ServerCallStreamObserver<HelloReply>) responses)
                .setOnCancelHandler(cancelled::countDown);
          }
        }.bindService();
    gateway(
        TestServer.withDeadline(
            server("u", hanging, reflection()).config("u"), Duration.ofMillis(300)));
    Await.until("it is offered", () -> gateway.generation() > 1);

    StatusRuntimeException failure = failure();
    assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
    assertThat(failure.getStatus().getDescription())
        .startsWith("upstream u (")
        .endsWith("no answer before the deadline");
    assertThat(failure.getTrailers().get(ORIGIN)).isEqualTo("gateway");
    assertThat(cancelled.await(10, TimeUnit.SECONDS)).as("the upstream is told").isTrue();
  }

  @Test
  void cancellationOfTheCallerReachesTheUpstream() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch cancelled = new CountDownLatch(1);
    ServerServiceDefinition hanging =
        new GreeterGrpc.GreeterImplBase() {
          @Override
          public void sayHello(HelloRequest request, StreamObserver<HelloReply> responses) {
            ((ServerCallStreamObserver<HelloReply>) responses)
                .setOnCancelHandler(cancelled::countDown);
            begun.countDown();
          }
        }.bindService();
    gateway(server("u", hanging, reflection()).config("u"));
    Await.until("it is offered", () -> gateway.generation() > 1);
    ClientCall<HelloRequest, HelloReply> call =
        channel.newCall(GreeterGrpc.getSayHelloMethod(), CallOptions.DEFAULT);
    call.start(new ClientCall.Listener<>() {}, new Metadata());
    call.sendMessage(YOU);
    call.halfClose();
    assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
    call.cancel("changed my mind", null);

    assertThat(cancelled.await(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void responsesForACallerThatDoesNotReadAreNotRead() throws Exception {
    AtomicInteger sent = new AtomicInteger();
    HelloReply large = HelloReply.newBuilder().setMessage("x".repeat(1 << 20)).build();
    ServerServiceDefinition flood =
        new GreeterGrpc.GreeterImplBase() {
          @Override
          public void sayHelloStreamReply(
              HelloRequest request, StreamObserver<HelloReply> observer) {
            var responses = (ServerCallStreamObserver<HelloReply>) observer;
            responses.setOnReadyHandler(
                () -> {
                  while (responses.isReady() && sent.get() < 1000) {
                    sent.incrementAndGet();
                    responses.onNext(large);
                  }
                });
            responses.setOnCancelHandler(() -> {});
          }
        }.bindService();
    gateway(server("u", flood, reflection()).config("u"));
    Await.until("it is offered", () -> gateway.generation() > 1);
    ClientCall<HelloRequest, HelloReply> call =
        channel.newCall(GreeterGrpc.getSayHelloStreamReplyMethod(), CallOptions.DEFAULT);
    call.start(new ClientCall.Listener<>() {}, new Metadata());
    call.request(1);
    call.sendMessage(YOU);
    call.halfClose();
    Await.until("the stream has begun", () -> sent.get() > 1);
    // In transit: two messages in the gateway, and the windows of two connections.
    Await.until(
        "the upstream has stopped",
        () -> {
          int before = sent.get();
          for (int others = 0; others < 200; others++) {
            health("");
          }
          return before == sent.get();
        });

    assertThat(sent.get()).isLessThan(16);
    call.cancel("enough", null);
  }

  @Test
  void responseOverTheLimitIsResourceExhausted() throws Exception {
    ServerServiceDefinition large =
        new GreeterGrpc.GreeterImplBase() {
          @Override
          public void sayHello(HelloRequest request, StreamObserver<HelloReply> responses) {
            responses.onNext(HelloReply.newBuilder().setMessage("x".repeat(2 << 20)).build());
            responses.onCompleted();
          }
        }.bindService();
    gateway(Limits.DEFAULT.withMessage(1 << 20), server("u", large, reflection()).config("u"));
    Await.until("it is offered", () -> gateway.generation() > 1);

    StatusRuntimeException failure = failure();
    assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(failure.getStatus().getDescription()).startsWith("upstream u (");
  }

  @Test
  void patternRoutesUnlistedServices() throws Exception {
    gateway(
        TestServer.withServices(
            server("u", greeterService("u")).config("u"), "helloworld.*", "acme.*"));

    StatusRuntimeException failure = callUnknown("acme.Unlisted/Method");
    assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.UNIMPLEMENTED);
    assertThat(failure.getTrailers().get(ORIGIN)).as("the upstream says so").isNull();
    assertThat(callUnknown("other.Service/Method").getTrailers().get(ORIGIN)).isEqualTo("gateway");
  }

  private StatusRuntimeException callUnknown(String method) {
    var descriptor = GreeterGrpc.getSayHelloMethod().toBuilder().setFullMethodName(method).build();
    return catchThrowableOfType(
        StatusRuntimeException.class,
        () -> ClientCalls.blockingUnaryCall(channel, descriptor, CallOptions.DEFAULT, YOU));
  }

  @Test
  void serviceOfTwoUpstreamsGoesToTheFirst() throws Exception {
    gateway(server("a", greeter("a")).config("a"), server("b", greeter("b")).config("b"));
    awaitService("a");
    Await.until(
        "both are known",
        () ->
            AdminGrpc.newBlockingStub(channel)
                .getStatus(GetStatusRequest.getDefaultInstance())
                .getUpstreamsList()
                .stream()
                .allMatch(each -> each.getServices() == 1));

    assertThat(hello()).isEqualTo("a: you");
  }

  @Test
  void serviceConfiguredForTwoUpstreamsIsAnError() {
    assertThatThrownBy(
            () ->
                gateway(
                    TestServer.withServices(TestServer.config("a", "unix:/a"), "acme.Rocket"),
                    TestServer.withServices(TestServer.config("b", "unix:/b"), "acme.Rocket")))
        .isInstanceOf(GatewayException.class)
        .hasMessageContaining("acme.Rocket")
        .hasMessageContaining("upstream a")
        .hasMessageContaining("upstream b");
  }

  @Test
  void serviceGoesToItsConfiguredUpstream() throws Exception {
    gateway(
        server("a", greeter("a")).config("a"),
        TestServer.withServices(server("b", greeter("b")).config("b"), "helloworld.Greeter"));
    awaitService("b");

    assertThat(hello()).isEqualTo("b: you");
  }

  /** The example service with the same name does not answer instead. */
  @Test
  void configuredServiceHasNoOtherRouteWhileItsUpstreamIsDown() throws Exception {
    gateway(
        TestServer.withServices(
            TestServer.config("away", "unix:" + folder.resolve("none.sock")),
            "helloworld.Greeter"));

    assertThat(failure().getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(failure().getStatus().getDescription()).startsWith("upstream away (");
  }

  @Test
  void protosetReplacesReflection() throws Exception {
    Path protoset = TestServer.greeterProtoset(folder);
    gateway(TestServer.withProtoset(server("u", greeterService("u")).config("u"), protoset));

    assertThat(status().getServices()).isEqualTo(1);
    assertThat(hello()).isEqualTo("u: you");
  }

  @Test
  void reloadReadsProtosetsAgain() throws Exception {
    Path protoset = TestServer.greeterProtoset(folder);
    gateway(TestServer.withProtoset(server("u", greeterService("u")).config("u"), protoset));
    FileDescriptorProto more =
        FileDescriptorProto.newBuilder()
            .setName("more.proto")
            .addService(ServiceDescriptorProto.newBuilder().setName("More"))
            .build();
    Files.write(
        protoset,
        FileDescriptorSet.parseFrom(Files.readAllBytes(protoset)).toBuilder()
            .addFile(more)
            .build()
            .toByteArray());

    assertThat(gateway.reload().get(20, TimeUnit.SECONDS).problems()).isEmpty();

    assertThat(status().getServices()).isEqualTo(2);
  }

  @Test
  void replacingUpstreamsLosesNoCall() throws Exception {
    TestServer a = server("a", greeter("a"));
    TestServer b = server("b", greeter("b"));
    gateway(a.config("a"));
    awaitService("a");
    long generation = gateway.generation();
    var replies = new ArrayList<StreamRecorder<HelloReply>>();
    for (int round = 0; round < 20; round++) {
      for (int i = 0; i < 20; i++) {
        var reply = new StreamRecorder<HelloReply>();
        replies.add(reply);
        GreeterGrpc.newStub(channel).sayHello(YOU, reply);
      }
      configured = List.of(round % 2 == 0 ? b.config("b") : a.config("a"));
      assertThat(gateway.reload().get(20, TimeUnit.SECONDS).problems()).isEmpty();
    }

    for (StreamRecorder<HelloReply> reply : replies) {
      assertThat(reply.status()).isEqualTo(Status.OK);
    }
    assertThat(gateway.generation()).isGreaterThan(generation);
  }

  @Test
  void tokenReplacesTheCallersTokenAndIsReadAgain() throws Exception {
    Path token = Files.writeString(folder.resolve("token"), "first\n");
    gateway(
        TestServer.withCredentials(
            server("u", greeter("u")).config("u"),
            CredentialsConfig.bearer(new SecretSource.OfFile(token))));
    awaitService("u");
    Metadata own = new Metadata();
    own.put(key("authorization"), "Bearer mine");
    var stub =
        GreeterGrpc.newBlockingStub(channel)
            .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(own));
    assertThat(stub.sayHello(YOU).getMessage()).isEqualTo("u: you");
    assertThat(received.take().getAll(key("authorization"))).containsExactly("Bearer first");

    Path next = Files.writeString(folder.resolve("token.new"), "second\n");
    Files.move(next, token, StandardCopyOption.ATOMIC_MOVE);
    Await.until(
        "the new token is sent",
        () -> {
          hello();
          return "Bearer second".equals(received.take().get(key("authorization")));
        });
  }

  @Test
  void callWithoutTokenIsUnauthenticated() throws Exception {
    gateway(
        TestServer.withServices(
            TestServer.withCredentials(
                server("u", greeter("u")).config("u"),
                CredentialsConfig.bearer(
                    new SecretSource.OfCommand(
                        List.of("/bin/sh", "-c", "echo no ticket >&2; exit 3"),
                        Duration.ofMinutes(5)))),
            "acme.*"));

    StatusRuntimeException failure = callUnknown("acme.Rocket/Launch");
    assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
    assertThat(failure.getStatus().getDescription())
        .startsWith("upstream u (")
        .endsWith("token command /bin/sh exited with 3: no ticket");
  }

  @Test
  void unavailableCallIsRepeatedIfRetriesAreConfigured() throws Exception {
    AtomicInteger attempts = new AtomicInteger();
    ServerServiceDefinition flaky =
        new GreeterGrpc.GreeterImplBase() {
          @Override
          public void sayHello(HelloRequest request, StreamObserver<HelloReply> responses) {
            if (attempts.incrementAndGet() < 3) {
              responses.onError(Status.UNAVAILABLE.withDescription("not now").asException());
            } else {
              responses.onNext(HelloReply.newBuilder().setMessage("at last").build());
              responses.onCompleted();
            }
          }
        }.bindService();
    gateway(
        TestServer.withRetry(
            server("u", flaky, reflection()).config("u"),
            new RetryConfig(3, Duration.ofMillis(10), Duration.ofMillis(50))));
    Await.until("it is offered", () -> gateway.generation() > 1);

    assertThat(hello()).isEqualTo("at last");
    assertThat(attempts).hasValue(3);
  }
}
