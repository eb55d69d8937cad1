package dev.grpcos.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.grpcos.gateway.Await;
import dev.grpcos.gateway.OpenResources;
import dev.grpcos.gateway.config.GatewayConfig;
import dev.grpcos.gateway.config.KeepaliveConfig;
import dev.grpcos.gateway.config.TlsConfig;
import dev.grpcos.gateway.config.UpstreamConfig;
import dev.grpcos.gateway.upstream.RawUpstream.Point;
import dev.grpcos.proto.helloworld.GreeterGrpc;
import dev.grpcos.proto.helloworld.HelloReply;
import dev.grpcos.proto.helloworld.HelloRequest;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServiceResponse;
import io.grpc.stub.ClientCalls;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** Tests upstreams that stop responding during an operation. The tests wait, so they overlap. */
@Timeout(180)
@Execution(ExecutionMode.CONCURRENT)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class HangingUpstreamTest {
  private static final Path DESCRIPTORS = Path.of("target", "test-classes", "descriptors.binpb");

  private static final Metadata.Key<String> ORIGIN =
      Metadata.Key.of("grpcos-origin", Metadata.ASCII_STRING_MARSHALLER);
  private static final MethodDescriptor<HelloRequest, HelloReply> METHOD =
      GreeterGrpc.getSayHelloMethod().toBuilder().setFullMethodName("acme.Rocket/Launch").build();

  @TempDir private Path folder;
  @AutoClose private final OpenResources open = new OpenResources();

  @SuppressWarnings("NullAway.Init") // each test begins with gateway()
  private Channel channel;

  /** Runs first and in parallel, because grpc-java sends pings at most every ten seconds. */
  @Test
  @Order(1)
  void upstreamThatAnswersNoPingIsUnavailable() throws Exception {
    RawUpstream unused = upstream(Point.SETTINGS, false);
    gateway(
        TestServer.withKeepalive(
            config(), new KeepaliveConfig(Duration.ofSeconds(10), Duration.ofMillis(200))));

    assertGateways(
        failure(),
        Status.Code.UNAVAILABLE,
        "unix:" + socket(),
        "Keepalive failed. The connection is likely gone");
  }

  private Path socket() {
    return folder.resolve("u.sock");
  }

  private RawUpstream upstream(Point point, boolean breaks) throws Exception {
    return open.add(new RawUpstream(RawUpstream.listen(socket()), point, breaks));
  }

  private ServerSocketChannel tcp(int backlog) throws Exception {
    ServerSocketChannel listener = ServerSocketChannel.open();
    open.add(listener);
    return listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), backlog);
  }

  private static String target(ServerSocketChannel listener) throws Exception {
    return "127.0.0.1:" + ((InetSocketAddress) listener.getLocalAddress()).getPort();
  }

  private void gateway(UpstreamConfig config) throws Exception {
    channel =
        open.connect(
            GatewayConfig.defaults(folder.resolve("g.sock"))
                .withUpstreams(List.of(TestServer.withServices(config, "acme.*")))
                .withDrain(Duration.ofMillis(100)));
  }

  private UpstreamConfig config() {
    return TestServer.config("mute", "unix:" + socket());
  }

  private static UpstreamConfig impatient(UpstreamConfig config) {
    return TestServer.withConnectTimeout(config, Duration.ofSeconds(2));
  }

  private StatusRuntimeException failure() {
    return failure(CallOptions.DEFAULT);
  }

  private StatusRuntimeException failure(CallOptions options) {
    return catchThrowableOfType(
        StatusRuntimeException.class,
        () ->
            ClientCalls.blockingUnaryCall(
                channel, METHOD, options, HelloRequest.getDefaultInstance()));
  }

  private static void assertGateways(
      StatusRuntimeException failure, Status.Code code, String target, String reason) {
    assertThat(failure.getStatus().getCode()).isEqualTo(code);
    assertThat(failure.getStatus().getDescription())
        .startsWith("upstream mute (" + target + "): ")
        .contains(reason)
        .hasLineCount(1);
    assertThat(failure.getTrailers().get(ORIGIN)).isEqualTo("gateway");
  }

  private void assertOthersAreServed() throws Exception {
    assertThat(
            GreeterGrpc.newBlockingStub(channel)
                .withDeadlineAfter(60, TimeUnit.SECONDS)
                .sayHello(HelloRequest.newBuilder().setName("me").build())
                .getMessage())
        .isEqualTo("Hello me");
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "CONNECTION")
  void configuredDeadlineAppliesWhereverTheUpstreamHangs(Point point) throws Exception {
    RawUpstream upstream = upstream(point, false);
    gateway(
        TestServer.withDeadline(
            TestServer.withProtoset(config(), DESCRIPTORS), Duration.ofMillis(300)));
    Await.until(
        "a call reaches the upstream before its deadline",
        () -> {
          assertGateways(
              failure(),
              Status.Code.DEADLINE_EXCEEDED,
              "unix:" + socket(),
              "no answer before the deadline");
          return upstream.calls.get() > 0;
        });
    Await.until("the upstream's stream is reset", () -> !upstream.resets.isEmpty());
    assertOthersAreServed();
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "CONNECTION")
  void shorterDeadlineOfTheCallerApplies(Point point) throws Exception {
    RawUpstream upstream = upstream(point, false);
    gateway(
        TestServer.withDeadline(
            TestServer.withProtoset(config(), DESCRIPTORS), Duration.ofHours(1)));
    Await.until(
        "a call reaches the upstream before its deadline",
        () -> {
          StatusRuntimeException failure =
              failure(CallOptions.DEFAULT.withDeadlineAfter(300, TimeUnit.MILLISECONDS));
          assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
          return upstream.calls.get() > 0;
        });
    Await.until("the upstream's stream is reset", () -> !upstream.resets.isEmpty());
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "CONNECTION")
  void cancelledCallIsCancelledAtTheUpstream(Point point) throws Exception {
    RawUpstream upstream = upstream(point, false);
    // without reflection, whose calls would be counted too
    gateway(TestServer.withProtoset(config(), DESCRIPTORS));
    ClientCall<HelloRequest, HelloReply> call = channel.newCall(METHOD, CallOptions.DEFAULT);
    call.start(new ClientCall.Listener<>() {}, new Metadata());
    call.sendMessage(HelloRequest.getDefaultInstance());
    call.halfClose();
    Await.until("the upstream has it", () -> upstream.calls.get() > 0);
    call.cancel("enough", null);

    Await.until("the upstream's stream is reset", () -> !upstream.resets.isEmpty());
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "CONNECTION")
  void brokenConnectionIsUnavailable(Point point) throws Exception {
    RawUpstream unused = upstream(point, true);
    gateway(config());

    assertGateways(failure(), Status.Code.UNAVAILABLE, "unix:" + socket(), "");
    assertOthersAreServed();
  }

  @Test
  void unansweredTlsHandshakeTimesOut() throws Exception {
    ServerSocketChannel listener = tcp(50);
    open.add(new RawUpstream(listener, Point.CONNECTION, false));
    gateway(
        TestServer.withTls(
            impatient(TestServer.config("mute", target(listener))),
            new TlsConfig(null, null, null, null, true, true, null)));

    assertGateways(failure(), Status.Code.UNAVAILABLE, target(listener), "no answer within 2s");
    assertOthersAreServed();
  }

  /** Linux leaves a connection unanswered if the server's accept queue is full. */
  @Test
  void unansweredConnectionTimesOut() throws Exception {
    ServerSocketChannel listener = tcp(1);
    for (int i = 0; i < 4; i++) {
      SocketChannel waiting = SocketChannel.open();
      open.add(waiting);
      waiting.configureBlocking(false);
      boolean unused = waiting.connect(listener.getLocalAddress());
    }
    gateway(impatient(TestServer.config("mute", target(listener))));

    assertGateways(failure(), Status.Code.UNAVAILABLE, target(listener), "");
    assertOthersAreServed();
  }

  @ParameterizedTest
  @EnumSource
  void servicesAreListedWhileAnUpstreamHangs(Point point) throws Exception {
    RawUpstream unused = upstream(point, false);
    gateway(config());

    List<String> services =
        ClientCalls.blockingServerStreamingCall(
                channel,
                ServerReflectionGrpc.getServerReflectionInfoMethod(),
                CallOptions.DEFAULT.withDeadlineAfter(60, TimeUnit.SECONDS),
                ServerReflectionRequest.newBuilder().setListServices("").build())
            .next()
            .getListServicesResponse()
            .getServiceList()
            .stream()
            .map(ServiceResponse::getName)
            .toList();
    assertThat(services).contains("helloworld.Greeter", "grpc.health.v1.Health");
  }
}
