package dev.grpcos.cli.inprocess;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.cli.distribution.Outcome;
import dev.grpcos.gateway.channel.KeyPassword;
import dev.grpcos.gateway.channel.Pem;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.netty.handler.ssl.ClientAuth;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests commands with servers that cannot be reached, die, start late or restart. */
final class TargetTest extends CommandTest {
  private static final String UNARY = "grpc.testing.TestService/UnaryCall";
  private static final Metadata.Key<byte[]> LARGE =
      Metadata.Key.of("large-bin", Metadata.BINARY_BYTE_MARSHALLER);
  private static final Metadata.Key<byte[]> DETAILS =
      Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER);

  /** Checks that both routes end with UNAVAILABLE and these words. */
  private void unreachable(String words, String... arguments) {
    Outcome cold = run(CallRoute.SOCKET, arguments);
    assertThat(cold.stderr()).startsWith("grpcos: UNAVAILABLE: ").contains(words).hasLineCount(1);
    assertThat(cold.exit()).isEqualTo(78);
    assertThat(run(CallRoute.RESIDENT, arguments)).isEqualTo(cold);
  }

  @Test
  void serverThatDoesNotSpeakGrpcIsUnavailableWithARemedy() throws Exception {
    try (RawServer silent = new RawServer("", true);
        RawServer leaving = new RawServer("", false);
        RawServer http = new RawServer("HTTP/1.1 400 Bad Request\r\n\r\n", true);
        RawServer mail = new RawServer("220 mail.example ESMTP ready\r\n", true)) {
      unreachable(
          "does not speak gRPC without TLS",
          "list",
          "-t",
          silent.target(),
          "--plaintext",
          "--connect-timeout=500ms");
      unreachable(
          "does not speak gRPC over TLS", "list", "-t", silent.target(), "--connect-timeout=500ms");
      unreachable("leave out --plaintext", "list", "-t", leaving.target(), "--plaintext");
      unreachable("answers in HTTP/1", "list", "-t", http.target(), "--plaintext");
      unreachable("does not speak TLS; give --plaintext", "list", "-t", http.target());
      unreachable("does not speak HTTP/2", "list", "-t", mail.target(), "--plaintext");
    }
  }

  @Test
  void certificateProblemsAreReportedWithARemedy() throws Exception {
    Instant tomorrow = Instant.now().plusSeconds(86_400);
    String ca = servers.file("ca.pem");
    String plain = servers.tls(ClientAuth.NONE);
    String other = servers.tls("other.example", tomorrow, ClientAuth.NONE);
    String expired = servers.tls("localhost", Instant.now().minusSeconds(3_600), ClientAuth.NONE);
    String mutual = servers.tls(ClientAuth.REQUIRE);
    unreachable("not signed by a trusted authority", "list", "-t", plain);
    unreachable(
        "give the name in the certificate with --server-name", "list", "-t", other, "--cacert", ca);
    unreachable("has expired", "list", "-t", expired, "--cacert", ca);
    unreachable("give --cert and --key", "list", "-t", mutual, "--cacert", ca);
    for (String[] arguments :
        new String[][] {
          {"list", "-t", other, "--cacert", ca, "--server-name", "other.example"},
          {"list", "-t", expired, "--insecure"}
        }) {
      assertThat(run(CallRoute.SOCKET, arguments).stdout()).contains("grpc.testing.TestService\n");
      assertThat(run(CallRoute.RESIDENT, arguments).stdout())
          .contains("grpc.testing.TestService\n");
    }
  }

  @ParameterizedTest
  @EnumSource
  void callersVariablesNameTheAuthorities(CallRoute route) throws Exception {
    String ca = servers.file("ca.pem");
    String server = servers.tls(ClientAuth.NONE);
    Outcome trusted =
        route.on(gateway.grpcos("list", "-t", server)).with("SSL_CERT_FILE", ca).run();
    assertThat(trusted.stderr()).isEmpty();
    assertThat(trusted.stdout()).contains("grpc.testing.TestService\n");
    assertThat(
            route
                .on(gateway.grpcos("list", "-t", server))
                .with("SSL_CERT_FILE", "/missing.pem")
                .run()
                .stderr())
        .isEqualTo(
            "grpcos: SSL_CERT_FILE /missing.pem cannot be read: No such file or directory\n");
  }

  /** The resident has no right to read a folder of the caller, so only a process does. */
  @Test
  void callersFolderOfAuthoritiesIsRead() throws Exception {
    String folder = Path.of(servers.file("ca.pem")).resolveSibling("").toString();
    Outcome trusted =
        CallRoute.SOCKET
            .on(gateway.grpcos("list", "-t", servers.tls(ClientAuth.NONE)))
            .with("SSL_CERT_DIR", "/missing:" + folder)
            .run();
    assertThat(trusted.stdout()).contains("grpc.testing.TestService\n");
  }

  @ParameterizedTest
  @EnumSource
  void clientCertificateComesFromAPkcs12File(CallRoute route) throws Exception {
    String ca = servers.file("ca.pem");
    String server = servers.tls(ClientAuth.REQUIRE);
    Path p12 = temporary.resolve("client-" + route + ".p12");
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    byte[] key = Files.readAllBytes(Path.of(servers.file("client.key")));
    byte[] chain = Files.readAllBytes(Path.of(servers.file("client.pem")));
    store.setKeyEntry(
        "client",
        Pem.privateKey(key, "client.key", KeyPassword.missing("")),
        "pw".toCharArray(),
        Pem.certificates(chain, "client.pem").toArray(new Certificate[0]));
    try (OutputStream file = Files.newOutputStream(p12)) {
      store.store(file, "pw".toCharArray());
    }
    Path password = Files.writeString(temporary.resolve("password-" + route), "pw\n");
    String[] arguments = {"list", "-t", server, "--cacert", ca, "--p12", p12.toString()};
    assertThat(run(route, arguments).stderr())
        .isEqualTo(
            "grpcos: %s is encrypted: give the file of its password with --key-password @FILE\n"
                .formatted(p12));
    String[] complete = Arrays.copyOf(arguments, arguments.length + 2);
    complete[arguments.length] = "--key-password";
    complete[arguments.length + 1] = "@" + password;
    assertThat(run(route, complete).stdout()).contains("grpc.testing.TestService\n");
  }

  @Test
  void deadlineAppliesToCommandsThatOnlyUseReflection() {
    FaultServer.Fault silence = answer -> {};
    try (FaultServer server =
        new FaultServer(Map.of(FaultServer.V1, silence, FaultServer.V1_ALPHA, silence))) {
      for (String command : List.of("list", "describe", "template")) {
        assertThat(
                run(
                    command.equals("list") ? CallRoute.SOCKET : CallRoute.RESIDENT,
                    command,
                    "x.Y",
                    "--plaintext",
                    "--deadline=300ms",
                    "-t",
                    server.target()))
            .isEqualTo(
                new Outcome(
                    68,
                    "",
                    "grpcos: DEADLINE_EXCEEDED: no answer within 300ms; allow more time with"
                        + " --deadline (server reflection)\n"));
      }
    }
  }

  @Test
  void acceptedCodesApplyToConnectingAndPrintNothing() {
    String[] arguments = {"call", "-t", "unix:none.sock", "X/Y", "-d{}", "--ok-codes=UNAVAILABLE"};
    assertThat(run(CallRoute.SOCKET, arguments)).isEqualTo(new Outcome(0, "", ""));
    assertThat(run(CallRoute.RESIDENT, arguments)).isEqualTo(new Outcome(0, "", ""));
  }

  @ParameterizedTest
  @EnumSource
  void serverThatDiesIsUnavailable(CallRoute route) throws Exception {
    int port = Integer.parseInt(servers.tcp().replace("localhost:", ""));
    String request = "{\"responseSize\":1000000}";
    String requests = "{\"responseParameters\":[{\"size\":100},{\"size\":1000000}]}";
    try (CuttingProxy early = new CuttingProxy(port, 20_000, Long.MAX_VALUE);
        CuttingProxy late = new CuttingProxy(port, Long.MAX_VALUE, 100_000)) {
      String body = "{\"payload\":{\"body\":\"" + "AAAA".repeat(50_000) + "\"}}";
      String end = ": closed the connection unexpectedly (" + UNARY + ")\n";
      Outcome before =
          route
              .on(gateway.grpcos("call", "-t", early.target(), "--plaintext", UNARY))
              .stdinPipe(body.getBytes(UTF_8))
              .run();
      assertThat(before.exit()).as("%s", before).isEqualTo(78);
      Outcome mid = run(route, "call", "-t", late.target(), "--plaintext", UNARY, "-d", request);
      assertThat(mid).isEqualTo(new Outcome(78, "", "grpcos: UNAVAILABLE: " + late.target() + end));
      Outcome stream =
          run(
              route,
              "call",
              "-t",
              late.target(),
              "--plaintext",
              "TestService/StreamingOutputCall",
              "-d",
              requests);
      assertThat(stream.stdout()).hasLineCount(1);
      assertThat(stream.exit()).isEqualTo(78);
    }
  }

  @ParameterizedTest
  @EnumSource
  void statusesOfAllKindsArePrinted(CallRoute route) throws Exception {
    Metadata large = new Metadata();
    large.put(LARGE, new byte[20_000]);
    Metadata details = new Metadata();
    details.put(
        DETAILS,
        com.google.rpc.Status.newBuilder()
            .setCode(5)
            .setMessage("of the details")
            .build()
            .toByteArray());
    List<ServerInterceptor> failures =
        List.of(
            failing(Status.ABORTED.withDescription("größer ☺"), new Metadata()),
            failing(Status.ABORTED.withDescription("größer ☺"), large),
            failing(Status.ABORTED.withDescription("größer ☺"), details));
    for (int i = 0; i < failures.size(); i++) {
      String target = servers.unix("status" + i + ".sock", failures.get(i));
      assertThat(run(route, "call", "-t", target, UNARY, "-d{}"))
          .isEqualTo(new Outcome(74, "", "grpcos: ABORTED: größer ☺ (" + UNARY + ")\n"));
    }
  }

  /** Ends each call of the test service with this status, without headers. */
  private static ServerInterceptor failing(Status status, Metadata trailers) {
    return new ServerInterceptor() {
      @Override
      public <Q, R> ServerCall.Listener<Q> interceptCall(
          ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        if (call.getMethodDescriptor().getFullMethodName().startsWith("grpc.testing")) {
          call.close(status, trailers);
          return new ServerCall.Listener<>() {};
        }
        return next.startCall(call, headers);
      }
    };
  }

  /** Refuses the first calls of a service. */
  private static ServerInterceptor refusing(String service, int calls) {
    AtomicInteger left = new AtomicInteger(calls);
    return new ServerInterceptor() {
      @Override
      public <Q, R> ServerCall.Listener<Q> interceptCall(
          ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        if (service.equals(call.getMethodDescriptor().getServiceName())
            && left.getAndDecrement() > 0) {
          call.close(Status.UNAVAILABLE.withDescription("not now"), new Metadata());
          return new ServerCall.Listener<>() {};
        }
        return next.startCall(call, headers);
      }
    };
  }

  @ParameterizedTest
  @EnumSource
  void v1AlphaIsUsedIfTheServerRefusesV1(CallRoute route) throws Exception {
    String target =
        servers.unix("a.sock", refusing("grpc.reflection.v1.ServerReflection", 1_000_000));
    assertThat(run(route, "call", "-t", target, UNARY, "-d{}"))
        .isEqualTo(new Outcome(0, "{}\n", ""));
  }

  @ParameterizedTest
  @EnumSource
  void callsThatFailBeforeAnyResponseAreRetried(CallRoute route) throws Exception {
    String target = servers.unix("r.sock", refusing("grpc.testing.TestService", 3));
    assertThat(run(route, "call", "-t", target, UNARY, "-d{}"))
        .isEqualTo(new Outcome(78, "", "grpcos: UNAVAILABLE: not now (" + UNARY + ")\n"));
    assertThat(run(route, "call", "-t", target, UNARY, "-d{}", "--retry", "2"))
        .isEqualTo(new Outcome(0, "{}\n", ""));
  }

  @ParameterizedTest
  @EnumSource
  void waitCoversAServerThatStartsLate(CallRoute route) throws Exception {
    String target = "unix:" + temporary.resolve("late.sock");
    InProcessRun call =
        gateway.start(
            route.on(gateway.grpcos("call", "-t", target, "--wait=1m", "-v", UNARY, "-d{}")));
    servers.unix("late.sock", refusing("", 0));
    assertThat(call.end(InProcessGateway.SOON).stdout()).isEqualTo("{}\n");
  }

  @ParameterizedTest
  @EnumSource
  void messageLimitDoesNotApplyToTheSchema(CallRoute route) throws Exception {
    String target = servers.unix("size.sock", refusing("", 0));
    String request = "{\"responseSize\":5000000}";
    String body = "\"payload\":{\"body\":\"" + "AAAA".repeat(1_700_000) + "\"}";
    Outcome large =
        route
            .on(gateway.grpcos("call", "-t", target, UNARY))
            .stdinPipe(("{\"responseSize\":5100000," + body + "}").getBytes(UTF_8))
            .run();
    assertThat(large.stderr()).isEmpty();
    assertThat(large.stdout()).hasSize(("{" + body + "}\n").length());
    Outcome outcome =
        run(route, "call", "-t", target, UNARY, "-d", request, "--max-message-size", "100");
    assertThat(outcome.exit()).isEqualTo(72);
    assertThat(outcome.stderr()).contains("maximum size 100: 5000");
  }

  /** grpc-java servers accept 8 KiB by default. */
  @ParameterizedTest
  @EnumSource
  void metadataOverTheServersLimitIsReported(CallRoute route) throws Exception {
    String target = servers.unix("meta.sock", refusing("", 0));
    String[] call = {"call", "-t", target, UNARY, "-d{}", "--rpc-header"};
    List<String> most = new ArrayList<>(List.of(call));
    most.add("a: " + "b".repeat(7_000));
    assertThat(run(route, most.toArray(new String[0]))).isEqualTo(new Outcome(0, "{}\n", ""));
    List<String> more = new ArrayList<>(List.of(call));
    more.add("a: " + "b".repeat(20_000));
    Outcome outcome = run(route, more.toArray(new String[0]));
    assertThat(outcome)
        .isEqualTo(
            new Outcome(
                77,
                "",
                "grpcos: INTERNAL: "
                    + target
                    + ": does not accept this much metadata; send less of it ("
                    + UNARY
                    + ")\n"));
  }

  @Test
  void commandsOfEqualTargetsShareAConnection() throws Exception {
    String target = servers.unix("pool.sock", refusing("", 0));
    List<String[]> commands = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      commands.add(new String[] {"call", "-t", target, UNARY, "-d{}"});
    }
    commands.add(new String[] {"list", "-t", target});
    for (String[] command : commands) {
      assertThat(run(CallRoute.RESIDENT, command).exit()).isZero();
    }
    assertThat(servers.connections).hasValue(1);
    String[] other = {"list", "-t", target, "--authority", "other"};
    assertThat(run(CallRoute.RESIDENT, other).exit()).isZero();
    assertThat(servers.connections).hasValue(2);
  }

  @Test
  void restartedServerIsReachedAgain() throws Exception {
    String[] arguments = {"call", "-t", "unix:" + temporary.resolve("s.sock"), UNARY, "-d{}"};
    for (int i = 0; i < 3; i++) {
      servers.unix("s.sock", refusing("", 0));
      assertThat(run(CallRoute.RESIDENT, arguments)).isEqualTo(new Outcome(0, "{}\n", ""));
      servers.endLast();
      assertThat(run(CallRoute.RESIDENT, arguments).exit()).isEqualTo(78);
    }
  }
}
