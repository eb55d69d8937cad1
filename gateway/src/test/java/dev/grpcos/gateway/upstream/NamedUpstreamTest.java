package dev.grpcos.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.grpcos.gateway.Await;
import dev.grpcos.gateway.Gateway;
import dev.grpcos.gateway.GatewayOptions;
import dev.grpcos.gateway.SocketClient;
import dev.grpcos.gateway.StreamRecorder;
import dev.grpcos.gateway.config.AuditConfig;
import dev.grpcos.gateway.config.GatewayConfig;
import dev.grpcos.gateway.config.ListenConfig;
import dev.grpcos.gateway.config.NamePattern;
import dev.grpcos.gateway.config.PolicyRule;
import dev.grpcos.gateway.config.SocketConfig;
import dev.grpcos.gateway.http.RawHttp1;
import dev.grpcos.gateway.process.OwnProcess;
import dev.grpcos.proto.helloworld.GreeterGrpc;
import dev.grpcos.proto.helloworld.HelloReply;
import dev.grpcos.proto.helloworld.HelloRequest;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.reflection.v1.ServiceResponse;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import io.grpc.testing.integration.UnimplementedServiceGrpc;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests a gateway with two upstreams that offer the same service; the first one serves it. */
@Timeout(180)
class NamedUpstreamTest {
  private static final HelloRequest YOU = HelloRequest.newBuilder().setName("you").build();
  private static final String ONLY_PRODUCTION = UnimplementedServiceGrpc.SERVICE_NAME;
  private static final Metadata.Key<String> UPSTREAM =
      Metadata.Key.of("grpcos-upstream", Metadata.ASCII_STRING_MARSHALLER);

  @TempDir private Path folder;
  private final BlockingQueue<Metadata> received = new LinkedBlockingQueue<>();
  private volatile GatewayConfig config;
  private TestServer staging;
  private TestServer production;
  private Gateway gateway;
  private SocketClient clients;
  private Channel channel;

  @BeforeEach
  void start() throws Exception {
    staging = server("staging", greeter("staging"), health(ServingStatus.SERVING));
    production =
        server(
            "production",
            greeter("production"),
            health(ServingStatus.NOT_SERVING),
            new UnimplementedServiceGrpc.UnimplementedServiceImplBase() {}.bindService());
    config =
        GatewayConfig.defaults(folder.resolve("g.sock"))
            .withUpstreams(List.of(staging.config("staging"), production.config("production")));
    gateway = Gateway.start(() -> config, GatewayOptions.DEFAULT);
    clients = new SocketClient(gateway.socket());
    channel = clients.channel();
    Await.until("both are known", () -> services(naming("production")).contains(ONLY_PRODUCTION));
    Await.until("staging serves", () -> hello(channel).equals("staging"));
    received.clear();
  }

  @AfterEach
  void stop() {
    clients.close();
    gateway.close();
    staging.close();
    production.close();
  }

  private TestServer server(String name, ServerServiceDefinition... services) throws IOException {
    List<ServerServiceDefinition> all =
        Stream.concat(
                Stream.of(services),
                Stream.of(ProtoReflectionServiceV1.newInstance().bindService()))
            .toList();
    return new TestServer(folder.resolve(name + ".sock"), all);
  }

  private ServerServiceDefinition greeter(String name) {
    ServerInterceptor recorder =
        new ServerInterceptor() {
          @Override
          public <Q, R> ServerCall.Listener<Q> interceptCall(
              ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
            received.add(headers);
            return next.startCall(call, headers);
          }
        };
    ServerServiceDefinition service =
        new GreeterGrpc.GreeterImplBase() {
          @Override
          public void sayHello(HelloRequest request, StreamObserver<HelloReply> responses) {
            responses.onNext(HelloReply.newBuilder().setMessage(name).build());
            responses.onCompleted();
          }
        }.bindService();
    return TestServer.behind(service, List.of(recorder));
  }

  private static ServerServiceDefinition health(ServingStatus status) {
    return new HealthGrpc.HealthImplBase() {
      @Override
      public void check(HealthCheckRequest request, StreamObserver<HealthCheckResponse> responses) {
        responses.onNext(HealthCheckResponse.newBuilder().setStatus(status).build());
        responses.onCompleted();
      }
    }.bindService();
  }

  private Channel naming(String... upstreams) {
    return naming(channel, upstreams);
  }

  private static Channel naming(Channel channel, String... upstreams) {
    Metadata metadata = new Metadata();
    Stream.of(upstreams).forEach(each -> metadata.put(UPSTREAM, each));
    return ClientInterceptors.intercept(
        channel, MetadataUtils.newAttachHeadersInterceptor(metadata));
  }

  private static String hello(Channel channel) {
    return GreeterGrpc.newBlockingStub(channel).sayHello(YOU).getMessage();
  }

  private static Status failure(Channel channel) {
    StatusRuntimeException failure =
        catchThrowableOfType(StatusRuntimeException.class, () -> hello(channel));
    assertThat(failure).as("the call fails").isNotNull();
    return failure.getStatus();
  }

  private static List<String> services(Channel channel) throws Exception {
    StreamRecorder<ServerReflectionResponse> responses = new StreamRecorder<>();
    StreamObserver<ServerReflectionRequest> requests =
        ServerReflectionGrpc.newStub(channel).serverReflectionInfo(responses);
    requests.onNext(ServerReflectionRequest.newBuilder().setListServices("*").build());
    requests.onCompleted();
    Status status = responses.status();
    if (!status.isOk()) {
      throw status.asException();
    }
    return responses.messages().get(0).getListServicesResponse().getServiceList().stream()
        .map(ServiceResponse::getName)
        .toList();
  }

  private static ServingStatus health(Channel channel) {
    return HealthGrpc.newBlockingStub(channel)
        .check(HealthCheckRequest.getDefaultInstance())
        .getStatus();
  }

  private void reload(UnaryOperator<GatewayConfig> change) throws Exception {
    config = change.apply(config);
    assertThat(gateway.reload().get().problems()).isEmpty();
  }

  private static PolicyRule rule(String methods, String... upstreams) {
    return new PolicyRule(
        Set.of(OwnProcess.uid()),
        Set.of(),
        List.of(new NamePattern(methods)),
        Stream.of(upstreams).map(NamePattern::new).toList());
  }

  @Test
  void callGoesToTheNamedUpstream() {
    assertThat(hello(channel)).isEqualTo("staging");
    assertThat(hello(naming("staging"))).isEqualTo("staging");
    assertThat(hello(naming("production"))).isEqualTo("production");

    assertThat(received).hasSize(3);
    assertThat(received).noneMatch(headers -> headers.containsKey(UPSTREAM));
  }

  @Test
  void healthOfTheNamedUpstreamIsItsOwn() {
    assertThat(health(channel)).isEqualTo(ServingStatus.SERVING);
    assertThat(health(naming("production"))).isEqualTo(ServingStatus.NOT_SERVING);
  }

  @Test
  void reflectionShowsTheNamedUpstream() throws Exception {
    assertThat(services(naming("staging"))).containsExactly("helloworld.Greeter");
    assertThat(services(naming("production")))
        .containsExactly(ONLY_PRODUCTION, "helloworld.Greeter");
    assertThat(services(channel)).contains("grpcos.admin.v1.Admin", ONLY_PRODUCTION);
  }

  @Test
  void unknownUpstreamIsReported() {
    Status status = failure(naming("prod"));
    assertThat(status.getCode()).isEqualTo(Status.Code.NOT_FOUND);
    assertThat(status.getDescription()).startsWith("unknown upstream prod;");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "ünï", "../x", "staging,production"})
  void invalidNameIsRefused(String name) {
    assertThat(failure(naming(name)).getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(received).isEmpty();
  }

  @Test
  void nameThatIsGivenTwiceIsRefused() {
    assertThat(failure(naming("staging", "production")).getCode())
        .isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(failure(naming("staging", "staging")).getCode())
        .isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(received).isEmpty();
  }

  @Test
  void upstreamOffersOnlyTheServicesOfItsConfiguration() throws Exception {
    reload(
        now ->
            now.withUpstreams(
                List.of(
                    staging.config("staging"),
                    TestServer.withServices(production.config("production"), "grpc.testing.*"))));
    Status status = failure(naming("production"));
    assertThat(status.getCode()).isEqualTo(Status.Code.UNIMPLEMENTED);
    assertThat(status.getDescription()).startsWith("unknown service helloworld.Greeter");
    assertThat(received).isEmpty();
  }

  @Test
  void ruleIsAboutTheUpstreamToWhichTheCallGoes() throws Exception {
    reload(now -> now.withPolicy(List.of(rule("*", "staging"))));
    assertThat(hello(channel)).isEqualTo("staging");
    assertThat(hello(naming("staging"))).isEqualTo("staging");
    Status existing = failure(naming("production"));
    Status missing = failure(naming("nothing"));
    assertThat(existing.getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
    assertThat(missing).usingRecursiveComparison().isEqualTo(existing);

    reload(now -> now.withPolicy(List.of(rule("*", "prod*"))));
    assertThat(failure(channel).getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
    assertThat(hello(naming("production"))).isEqualTo("production");

    reload(now -> now.withPolicy(List.of(rule("*"))));
    assertThat(hello(naming("production"))).isEqualTo("production");
  }

  @Test
  void socketIsAboutTheUpstreamToWhichTheCallGoes() throws Exception {
    Path path = folder.resolve("n/p.sock");
    reload(
        now ->
            now.withSockets(
                List.of(
                    new SocketConfig(
                        new ListenConfig(path, 0600, null),
                        List.of(new NamePattern("helloworld.*")),
                        List.of(new NamePattern("production"))))));
    try (SocketClient client = new SocketClient(path)) {
      Channel narrowed = client.channel();
      assertThat(hello(naming(narrowed, "production"))).isEqualTo("production");
      assertThat(failure(narrowed).getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
      Status existing = failure(naming(narrowed, "staging"));
      assertThat(existing.getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
      assertThat(failure(naming(narrowed, "none"))).usingRecursiveComparison().isEqualTo(existing);
      assertThat(services(naming(narrowed, "production"))).containsExactly("helloworld.Greeter");
      assertThat(services(narrowed)).isEmpty();
      assertThat(catchThrowableOfType(Exception.class, () -> services(naming(narrowed, "staging"))))
          .hasMessageStartingWith("PERMISSION_DENIED");
    }
  }

  @Test
  void socketWithoutUpstreamsDoesNotLetACallerChooseOne() throws Exception {
    Path path = folder.resolve("n/any.sock");
    reload(
        now ->
            now.withSockets(
                List.of(
                    new SocketConfig(
                        new ListenConfig(path, 0600, null),
                        List.of(new NamePattern("helloworld.*")),
                        List.of()))));
    try (SocketClient client = new SocketClient(path)) {
      Channel narrowed = client.channel();
      assertThat(hello(narrowed)).isEqualTo("staging");
      assertThat(hello(naming(narrowed, "staging"))).isEqualTo("staging");
      Status other = failure(naming(narrowed, "production"));
      assertThat(other.getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
      assertThat(failure(naming(narrowed, "none"))).usingRecursiveComparison().isEqualTo(other);
      assertThat(services(naming(narrowed, "staging"))).containsExactly("helloworld.Greeter");
      assertThat(services(naming(narrowed, "production"))).isEmpty();
    }
  }

  @Test
  void removedUpstreamIsUnknownAfterAReload() throws Exception {
    reload(now -> now.withUpstreams(List.of(staging.config("staging"))));
    assertThat(failure(naming("production")).getCode()).isEqualTo(Status.Code.NOT_FOUND);
    assertThat(hello(naming("staging"))).isEqualTo("staging");
  }

  @Test
  void auditLineHasTheUpstream() throws Exception {
    Path audit = folder.resolve("audit.jsonl");
    reload(now -> now.withAudit(new AuditConfig(audit)));
    Channel named = naming("production");
    String unused = hello(named);
    Await.until(
        "the line of the call",
        () -> Files.readString(audit).contains("\"route\":\"upstream:production\""));
  }

  private String http(String verb, String path, String body, String... headers) throws Exception {
    try (RawHttp1 connection = new RawHttp1(gateway.socket())) {
      RawHttp1.Response response =
          connection.send(RawHttp1.request(verb, path, body, headers)).response();
      return response.status() + " " + response.body();
    }
  }

  @Test
  void httpHeaderNamesTheUpstream() throws Exception {
    String type = "Content-Type: application/json";
    String path = "/helloworld.Greeter/SayHello";
    assertThat(http("POST", path, "{}", type)).isEqualTo("200 {\"message\":\"staging\"}\n");
    assertThat(http("POST", path, "{}", type, "Grpcos-Upstream: production"))
        .isEqualTo("200 {\"message\":\"production\"}\n");
    assertThat(http("POST", path, "{}", type, "grpcos-upstream: none"))
        .startsWith("404 ")
        .contains("unknown upstream none");
    assertThat(
            http(
                "POST",
                path,
                "{}",
                type,
                "grpcos-upstream: staging",
                "grpcos-upstream: production"))
        .startsWith("400 ");
    assertThat(http("GET", "/", "", "grpcos-upstream: staging"))
        .contains(
            "helloworld.Greeter",
            "Call a method with the header grpcos-upstream: staging, with a request")
        .doesNotContain(ONLY_PRODUCTION, "grpcos.admin");
    assertThat(received).noneMatch(headers -> headers.containsKey(UPSTREAM));

    reload(now -> now.withPolicy(List.of(rule("*", "staging"))));
    assertThat(http("POST", path, "{}", type, "grpcos-upstream: production")).startsWith("403 ");
    assertThat(http("POST", path, "{}", type, "grpcos-upstream: none")).startsWith("403 ");
    assertThat(http("GET", "/", "", "grpcos-upstream: production")).doesNotContain("Greeter");
  }
}
