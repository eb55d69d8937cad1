package dev.grpcos.gateway.telemetry;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grpcos.gateway.Await;
import dev.grpcos.gateway.Gateway;
import dev.grpcos.gateway.GatewayOptions;
import dev.grpcos.gateway.SocketClient;
import dev.grpcos.gateway.config.ConfigSource;
import dev.grpcos.gateway.config.GatewayConfig;
import dev.grpcos.gateway.config.OtlpConfig;
import dev.grpcos.gateway.config.SecretSource;
import dev.grpcos.gateway.failure.GatewayException;
import dev.grpcos.gateway.telemetry.otlp.OtlpTelemetry;
import dev.grpcos.gateway.upstream.TestServer;
import dev.grpcos.proto.admin.v1.GetStatusResponse;
import dev.grpcos.proto.helloworld.GreeterGrpc;
import dev.grpcos.proto.helloworld.HelloReply;
import dev.grpcos.proto.helloworld.HelloRequest;
import io.grpc.Channel;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.CertificateBuilder.Algorithm;
import io.netty.pkitesting.X509Bundle;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@Execution(ExecutionMode.CONCURRENT)
class TelemetryTest {
  private static final String SECRET = "not-to-be-exported";
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String SPAN = "00f067aa0ba902b7";
  private static final String PARENT = "00-" + TRACE + "-" + SPAN + "-01";
  private static final Metadata.Key<String> TRACEPARENT = key("traceparent");

  @TempDir Path folder;

  private static Metadata.Key<String> key(String name) {
    return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
  }

  private static String bytes(String hex) {
    return new String(HexFormat.of().parseHex(hex), ISO_8859_1);
  }

  private OtlpConfig config(URI endpoint) throws Exception {
    Path secret = Files.writeString(folder.resolve("key"), "api key\n");
    return new OtlpConfig(
        endpoint,
        Map.of("x-api-key", new SecretSource.OfFile(secret)),
        null,
        Duration.ofSeconds(1),
        100);
  }

  private Gateway start(OtlpConfig telemetry) throws Exception {
    return Gateway.start(
        ConfigSource.fixed(
            GatewayConfig.defaults(folder.resolve("g.sock")).withTelemetry(telemetry)),
        GatewayOptions.DEFAULT);
  }

  private static void call(Channel channel) {
    Metadata metadata = new Metadata();
    metadata.put(TRACEPARENT, PARENT);
    metadata.put(key("authorization"), "Bearer " + SECRET);
    assertThat(
            GreeterGrpc.newBlockingStub(channel)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(metadata))
                .sayHello(HelloRequest.newBuilder().setName(SECRET).build())
                .getMessage())
        .isNotEmpty();
  }

  @Test
  void spansAndMetricsReachTheCollector() throws Exception {
    try (TestCollector collector = new TestCollector();
        Gateway gateway = start(config(collector.endpoint()));
        SocketClient clients = new SocketClient(gateway.socket())) {
      call(clients.channel());

      String spans = collector.await("/v1/traces", "helloworld.Greeter/SayHello");
      assertThat(spans).contains(bytes(TRACE)).contains(bytes(SPAN)).doesNotContain(SECRET);
      for (String metric :
          List.of(
              "helloworld.Greeter/SayHello",
              "grpc.server.call.started",
              "grpc.server.call.duration",
              "grpcos.connections")) {
        assertThat(collector.await("/v1/metrics", metric)).doesNotContain(SECRET);
      }
      assertThat(collector.keys()).containsOnly("api key");
    }
  }

  @Test
  void handlersGetTheNextSpan() throws Exception {
    try (TestCollector collector = new TestCollector();
        Telemetry telemetry =
            new OtlpTelemetry(
                config(collector.endpoint()), GetStatusResponse::getDefaultInstance, () -> {})) {
      telemetry.start();
      Metadata metadata = new Metadata();
      metadata.put(TRACEPARENT, PARENT);
      CallSpan span = telemetry.begin(new TracedCall("a.S/M", "exec", "g.sock", 1), metadata);

      assertThat(metadata.getAll(TRACEPARENT))
          .singleElement()
          .satisfies(
              each ->
                  assertThat(each)
                      .matches("00-" + TRACE + "-[0-9a-f]{16}-01")
                      .doesNotContain(SPAN));
      span.end(Status.Code.OK);
      String next = String.valueOf(metadata.get(TRACEPARENT)).split("-", -1)[2];
      assertThat(collector.await("/v1/traces", "a.S/M")).contains(bytes(next));
    }
  }

  @Test
  void callsGoOnWithoutACollector() throws Exception {
    long begin = System.nanoTime();
    try (Gateway gateway = start(config(URI.create("http://127.0.0.1:1")));
        SocketClient clients = new SocketClient(gateway.socket())) {
      Channel channel = clients.channel();
      for (int i = 0; i < 2000; i++) {
        call(channel);
      }
    }
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofMinutes(5));
  }

  @Test
  void rejectedConfigurationExportsNothing() throws Exception {
    try (TestCollector collector = new TestCollector()) {
      ActiveTelemetry telemetry =
          new ActiveTelemetry(Optional.empty(), GetStatusResponse::getDefaultInstance);
      telemetry.prepare(config(collector.endpoint())).discard();

      assertThat(collector.keys()).isEmpty();
    }
  }

  @Test
  void commandOfASecretDoesNotDelayTheClose() throws Exception {
    OtlpConfig slow =
        new OtlpConfig(
            URI.create("http://127.0.0.1:1"),
            Map.of(
                "x-api-key",
                new SecretSource.OfCommand(List.of("/bin/sleep", "60"), Duration.ofMinutes(2))),
            null,
            Duration.ofMinutes(1),
            100);
    Telemetry telemetry = new OtlpTelemetry(slow, GetStatusResponse::getDefaultInstance, () -> {});
    telemetry.start();
    long begin = System.nanoTime();
    telemetry.close();

    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(30));
  }

  @Test
  void libraryIsClosedAfterTheLastExportAndTheLastSpan() throws Exception {
    AtomicInteger closed = new AtomicInteger();
    CountDownLatch exported = new CountDownLatch(1);
    LibraryUse library = new LibraryUse(closed::incrementAndGet);
    try (TestCollector collector = new TestCollector()) {
      Telemetry telemetry =
          new LoadedTelemetry(
              new OtlpTelemetry(
                  config(collector.endpoint()),
                  GetStatusResponse::getDefaultInstance,
                  () -> {
                    library.end();
                    exported.countDown();
                  }),
              library);
      telemetry.start();
      TracedCall call = new TracedCall("a.S/M", "exec", "g.sock", 1);
      CallSpan span = telemetry.begin(call, new Metadata());
      telemetry.close();
      assertThat(exported.await(60, TimeUnit.SECONDS)).isTrue();
      assertThat(closed).hasValue(0);
      span.end(Status.Code.OK);
      assertThat(closed).hasValue(1);
      assertThat(telemetry.begin(call, new Metadata())).isSameAs(CallSpan.NONE);
    }
  }

  @Test
  void exporterThatIsNotStartedLeavesItsLibraryToo() throws Exception {
    CountDownLatch ended = new CountDownLatch(1);
    new OtlpTelemetry(
            config(URI.create("http://127.0.0.1:1")),
            GetStatusResponse::getDefaultInstance,
            ended::countDown)
        .close();
    assertThat(ended.await(60, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void fileWithoutACertificateIsRefused() throws Exception {
    Path ca = Files.writeString(folder.resolve("ca.pem"), "none");
    OtlpConfig broken =
        new OtlpConfig(URI.create("https://localhost:1"), Map.of(), ca, Duration.ofSeconds(1), 100);

    assertThatThrownBy(
            () ->
                TelemetryLoader.load(
                    Optional.empty(), broken, GetStatusResponse::getDefaultInstance))
        .isInstanceOf(GatewayException.class)
        .hasMessageStartingWith("telemetry.otlp.ca: " + ca);
  }

  @Test
  void upstreamsGetTheSpanOfTheirCall() throws Exception {
    List<Metadata> received = new CopyOnWriteArrayList<>();
    ServerInterceptor noting =
        new ServerInterceptor() {
          @Override
          public <Q, R> ServerCall.Listener<Q> interceptCall(
              ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
            received.add(headers);
            return next.startCall(call, headers);
          }
        };
    Path socket = folder.resolve("u.sock");
    GreeterGrpc.GreeterImplBase refusing =
        new GreeterGrpc.GreeterImplBase() {
          @Override
          public void sayHello(HelloRequest request, StreamObserver<HelloReply> responses) {
            responses.onError(Status.NOT_FOUND.asException());
          }
        };
    try (TestServer server =
            new TestServer(
                socket, List.of(TestServer.behind(refusing.bindService(), List.of(noting))));
        TestCollector collector = new TestCollector();
        Gateway gateway =
            Gateway.start(
                ConfigSource.fixed(
                    GatewayConfig.defaults(folder.resolve("g.sock"))
                        .withTelemetry(config(collector.endpoint()))
                        .withUpstreams(
                            List.of(
                                TestServer.withProtoset(
                                    server.config("u"), TestServer.greeterProtoset(folder))))),
                GatewayOptions.DEFAULT);
        SocketClient clients = new SocketClient(gateway.socket())) {
      Metadata metadata = new Metadata();
      metadata.put(TRACEPARENT, PARENT);
      metadata.put(key("grpcos-upstream"), "u");
      assertThatThrownBy(
              () ->
                  GreeterGrpc.newBlockingStub(clients.channel())
                      .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(metadata))
                      .sayHello(HelloRequest.getDefaultInstance()))
          .hasMessageContaining("NOT_FOUND");

      CollectedSpan call = collector.awaitSpan(CollectedSpan.SERVER);
      CollectedSpan forwarded = collector.awaitSpan(CollectedSpan.CLIENT);
      assertThat(List.of(call.trace(), forwarded.trace())).containsOnly(TRACE);
      assertThat(call.parent()).isEqualTo(SPAN);
      assertThat(forwarded.parent()).isEqualTo(call.id());
      assertThat(received)
          .singleElement()
          .satisfies(
              each ->
                  assertThat(each.getAll(TRACEPARENT))
                      .containsExactly("00-" + TRACE + "-" + forwarded.id() + "-01"));
      assertThat(List.of(call.name(), forwarded.name()))
          .containsOnly("helloworld.Greeter/SayHello");
      assertThat(call.attributes())
          .containsEntry("rpc.system.name", "grpc")
          .containsEntry("rpc.method", "helloworld.Greeter/SayHello")
          .containsEntry("rpc.response.status_code", "NOT_FOUND")
          .containsEntry("grpcos.route", "upstream:u")
          .containsEntry("grpcos.socket", "g.sock")
          .doesNotContainKey("error.type");
      assertThat(call.error()).isFalse();
      assertThat(forwarded.attributes())
          .containsEntry("rpc.response.status_code", "NOT_FOUND")
          .containsEntry("error.type", "NOT_FOUND")
          .containsEntry("server.address", socket.toString())
          .containsEntry("grpcos.route", "upstream:u");
      assertThat(forwarded.error()).isTrue();
    }
  }

  private static X509Bundle authority() throws Exception {
    return new CertificateBuilder()
        .algorithm(Algorithm.ecp256)
        .subject("CN=authority")
        .setIsCertificateAuthority(true)
        .buildSelfSigned();
  }

  private OtlpConfig trusting(X509Bundle authority, URI endpoint) throws Exception {
    Path ca = Files.writeString(folder.resolve("ca.pem"), authority.getCertificatePEM());
    return new OtlpConfig(endpoint, Map.of(), ca, Duration.ofMillis(100), 100);
  }

  private static TestCollector collectorWithTls(X509Bundle authority) throws Exception {
    return TestCollector.withTls(
        new CertificateBuilder()
            .algorithm(Algorithm.ecp256)
            .subject("CN=collector")
            .addSanIpAddress("127.0.0.1")
            .buildIssuedBy(authority));
  }

  @Test
  void collectorWithTlsGetsSpansAndMetrics() throws Exception {
    X509Bundle authority = authority();
    try (TestCollector collector = collectorWithTls(authority);
        Gateway gateway = start(trusting(authority, collector.endpoint()));
        SocketClient clients = new SocketClient(gateway.socket())) {
      call(clients.channel());

      assertThat(collector.awaitSpan(CollectedSpan.SERVER).parent()).isEqualTo(SPAN);
      assertThat(collector.await("/v1/metrics", "grpc.server.call.started")).isNotEmpty();
    }
  }

  @Test
  void collectorOfAnotherAuthorityIsLoggedOnce() throws Exception {
    List<String> lines = new CopyOnWriteArrayList<>();
    Handler handler =
        new Handler() {
          @Override
          public void publish(LogRecord record) {
            lines.add(record.getMessage());
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    Logger log = Logger.getLogger("dev.grpcos.gateway.telemetry");
    log.setLevel(Level.WARNING);
    log.setUseParentHandlers(false);
    log.addHandler(handler);
    try (TestCollector collector = collectorWithTls(authority())) {
      String endpoint = collector.endpoint().toString();
      try (Gateway gateway = start(trusting(authority(), collector.endpoint()));
          SocketClient clients = new SocketClient(gateway.socket())) {
        Await.until("a failure", () -> lines.stream().anyMatch(line -> line.contains(endpoint)));
        call(clients.channel());
      }
      assertThat(lines)
          .filteredOn(line -> line.contains(endpoint)) // other tests log failures too
          .containsExactly(
              "telemetry: "
                  + collector.endpoint()
                  + " does not take spans and metrics, which are lost: its certificate is not"
                  + " signed by a trusted authority; check `telemetry.otlp.ca`");
      assertThat(collector.keys()).isEmpty();
    } finally {
      log.removeHandler(handler);
      log.setLevel(null);
      log.setUseParentHandlers(true);
    }
  }
}
