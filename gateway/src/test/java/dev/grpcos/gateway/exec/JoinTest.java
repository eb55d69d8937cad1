package dev.grpcos.gateway.exec;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import dev.grpcos.gateway.Await;
import dev.grpcos.gateway.Gateway;
import dev.grpcos.gateway.GatewayOptions;
import dev.grpcos.gateway.OwnersSocket;
import dev.grpcos.gateway.SocketClient;
import dev.grpcos.gateway.StreamRecorder;
import dev.grpcos.gateway.config.ConfigFile;
import dev.grpcos.gateway.installation.Installation;
import dev.grpcos.gateway.peer.PeerIdentity;
import dev.grpcos.proto.admin.v1.AdminGrpc;
import dev.grpcos.proto.admin.v1.ServeRequest;
import dev.grpcos.proto.admin.v1.ServeResponse;
import dev.grpcos.proto.helloworld.GreeterGrpc;
import dev.grpcos.proto.helloworld.HelloReply;
import dev.grpcos.proto.helloworld.HelloRequest;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.stub.StreamObserver;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests services that are served during a call of the admin service. */
final class JoinTest {
  private static final String SERVICE = "helloworld.Greeter";

  @TempDir Path folder;
  private Gateway gateway;
  private SocketClient clients;
  private ManagedChannel channel;

  @BeforeEach
  void start() throws Exception {
    configure("drain: 3m\n");
    gateway =
        Gateway.start(
            () -> ConfigFile.read(file(), folder.resolve("g.sock"), System.getenv()),
            GatewayOptions.DEFAULT.withInstallation(
                new Installation(Optional.of(Scripts.KEEPER), Optional.empty(), Optional.empty())));
    clients = new SocketClient(gateway.socket());
    channel = clients.channel();
  }

  @AfterEach
  void stop() {
    clients.close();
    gateway.close();
  }

  private Path file() {
    return folder.resolve("gateway.yaml");
  }

  private void configure(String text) throws Exception {
    Files.writeString(file(), text);
  }

  /** A call of {@code Admin.Serve} and its results. */
  private record Join(
      StreamObserver<ServeRequest> requests, StreamRecorder<ServeResponse> responses) {
    static Join of(Channel channel, ServeRequest request) {
      StreamRecorder<ServeResponse> responses = new StreamRecorder<>();
      Join join = new Join(AdminGrpc.newStub(channel).serve(responses), responses);
      join.requests.onNext(request);
      return join;
    }

    Join begun() throws Exception {
      responses.first(1);
      return this;
    }
  }

  private ServeRequest request(String method, String script) throws Exception {
    Path program = Scripts.script(folder, method, script);
    return ServeRequest.newBuilder()
        .setService(SERVICE)
        .addAllFiles(
            FileDescriptorSet.parseFrom(Scripts.descriptors()).getFileList().stream()
                .map(FileDescriptorProto::toByteString)
                .toList())
        .putMethods(
            method,
            ServeRequest.Method.newBuilder()
                .addCommand(program.toString())
                .setDirectory(folder.toString())
                .build())
        .putEnvironment("PATH", System.getenv("PATH"))
        .putEnvironment("LANG", "tlh")
        .putEnvironment("SECRET", "not passed on")
        .build();
  }

  private String greet() {
    return greet(20);
  }

  private String greet(int seconds) {
    try {
      return GreeterGrpc.newBlockingStub(channel)
          .withDeadlineAfter(seconds, TimeUnit.SECONDS)
          .sayHello(HelloRequest.newBuilder().setName("x").build())
          .getMessage();
    } catch (StatusRuntimeException e) {
      return e.getStatus().getCode().name();
    }
  }

  @Test
  void serviceIsServedInTheCallersEnvironmentUntilTheCallIsCancelled() throws Exception {
    Channel own = clients.channel();
    Join join =
        Join.of(
                own,
                request("SayHello", "echo '{\"message\":\"'$LANG $SECRET $GRPCOS_PEER_UID'\"}'"))
            .begun();
    assertThat(greet()).matches("tlh \\d+");
    join.requests.onError(Status.CANCELLED.asException());

    // the earlier example service serves again
    Await.until("it is gone", () -> greet().equals("Hello x"));
  }

  @Test
  void secondRequestEndsTheService() throws Exception {
    ServeRequest request = request("SayHello", "echo '{}'");
    Join join = Join.of(channel, request).begun();
    join.requests.onNext(request);

    assertThat(join.responses.status().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    Await.until("it is gone", () -> greet().equals("Hello x"));
  }

  @Test
  void programOfTheServiceGetsTheNameOfTheMethod() throws Exception {
    ServeRequest named = request("SayHello", "echo '{\"message\":\"'$1'\"}'");
    Join.of(
            channel,
            named.toBuilder().clearMethods().setOthers(named.getMethodsOrThrow("SayHello")).build())
        .begun();
    assertThat(greet()).isEqualTo("SayHello");
  }

  @Test
  void connectionThatClosesEndsServiceCallsAndPrograms() throws Exception {
    ManagedChannel own = clients.channel();
    Join.of(
            own,
            request(
                "SayHelloStreamReply",
                "echo $$ >pid; echo '{}'; trap '' TERM; sleep 999 & wait; wait"))
        .begun();
    StreamRecorder<HelloReply> replies = new StreamRecorder<>();
    GreeterGrpc.newStub(channel).sayHelloStreamReply(HelloRequest.getDefaultInstance(), replies);
    replies.first(1);
    own.shutdownNow();

    assertThat(replies.status().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(replies.status().getDescription()).isEqualTo(SERVICE + " is not served any more");
    long pid = Long.parseLong(Files.readString(folder.resolve("pid")).strip());
    Await.until("the program is gone", () -> ProcessHandle.of(pid).isEmpty());
    assertThat(greet()).isEqualTo("Hello x");
  }

  @Test
  void halfCloseTakesNoMoreCallsAndLetsThoseInFlightEnd() throws Exception {
    Join join =
        Join.of(channel, request("SayHello", "until test -e go; do sleep 0.02; done; echo '{}'"))
            .begun();
    StreamRecorder<HelloReply> slow = new StreamRecorder<>();
    GreeterGrpc.newStub(channel).sayHello(HelloRequest.getDefaultInstance(), slow);
    Await.until(
        "it runs", () -> ProcessHandle.current().descendants().anyMatch(JoinTest::isTheScript));
    join.requests.onCompleted();
    // In HTTP/2 the headers of a call can overtake the end of another, so the first may still be
    // accepted.
    Await.until("it takes no more calls", () -> greet(1).equals("Hello x"));
    assertThat(join.responses.ended()).isFalse();
    Files.createFile(folder.resolve("go"));

    assertThat(slow.status()).isEqualTo(Status.OK);
    assertThat(join.responses.status()).isEqualTo(Status.OK);
  }

  private static boolean isTheScript(ProcessHandle process) {
    return process.info().arguments().stream()
        .flatMap(Stream::of)
        .anyMatch(argument -> argument.endsWith("/SayHello"));
  }

  @Test
  void reloadsKeepTheService() throws Exception {
    Join.of(channel, request("SayHello", "echo '{\"message\":\"joined\"}'")).begun();
    configure("drain: 1s\nlimits: {exec: 5}\n");
    assertThat(gateway.reload().get(60, TimeUnit.SECONDS).problems()).isEmpty();
    assertThat(greet()).isEqualTo("joined");
    assertThat(
            HealthGrpc.newBlockingStub(channel)
                .check(HealthCheckRequest.newBuilder().setService(SERVICE).build())
                .getStatusValue())
        .isEqualTo(1);
  }

  @Test
  void configurationWithTheSameServiceIsRefused() throws Exception {
    Join.of(channel, request("SayHello", "echo '{\"message\":\"joined\"}'")).begun();
    Files.write(folder.resolve("greeter.binpb"), Scripts.descriptors());
    configure(
        "services: [{protoset: [greeter.binpb], service: helloworld.Greeter, methods: {SayHello:"
            + " {exec: [./SayHello]}}}]\n");
    assertThat(gateway.reload().get(60, TimeUnit.SECONDS).problems())
        .containsExactly("service helloworld.Greeter has been joined by a program: end that first");
    assertThat(greet()).isEqualTo("joined");
  }

  @Test
  void usedNameIsRefused() throws Exception {
    Join.of(channel, request("SayHello", "echo '{\"message\":\"first\"}'")).begun();
    Status second = Join.of(channel, request("SayHello", "echo '{}'")).responses.status();
    assertThat(second.getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
    assertThat(second.getDescription())
        .isEqualTo(
            "service helloworld.Greeter is already served (exec): end that first, or serve"
                + " another");

    ServeRequest own =
        request("Check", "echo '{}'").toBuilder().setService("grpc.health.v1.Health").build();
    assertThat(Join.of(channel, own).responses.status().getDescription())
        .isEqualTo(
            "service grpc.health.v1.Health is already served (local): end that first, or serve"
                + " another");
  }

  @Test
  void problemsAreReportedLineByLine() throws Exception {
    ServeRequest request =
        request("SayHullo", "true").toBuilder()
            .putMethods(
                "SayHello",
                ServeRequest.Method.newBuilder().addCommand("/nowhere").setDirectory("/").build())
            .build();
    assertThat(Join.of(channel, request).responses.status().getDescription())
        .isEqualTo(
            """
            method helloworld.Greeter/SayHello: /nowhere does not exist
            method helloworld.Greeter/SayHullo is not in the schema: give one of [SayHello,\
             SayHelloStreamReply, SayHelloBidiStream]\
            """);
    ServeRequest broken =
        request("SayHello", "true").toBuilder()
            .clearFiles()
            .addFiles(
                FileDescriptorProto.newBuilder()
                    .setName("a.proto")
                    .setPackage("helloworld")
                    .addDependency("b")
                    .addService(
                        ServiceDescriptorProto.newBuilder()
                            .setName("Greeter")
                            .addMethod(
                                MethodDescriptorProto.newBuilder()
                                    .setName("SayHello")
                                    .setInputType(".b.Request")
                                    .setOutputType(".b.Reply")))
                    .build()
                    .toByteString())
            .build();
    assertThat(Join.of(channel, broken).responses.status().getDescription())
        .isEqualTo(
            "method helloworld.Greeter/SayHello uses b.Request, which is missing: a.proto imports"
                + " b, which is missing");
    ServeRequest relative =
        ServeRequest.newBuilder()
            .putMethods("A", ServeRequest.Method.newBuilder().addCommand("cat").build())
            .build();
    assertThat(Join.of(channel, relative).responses.status().getDescription())
        .isEqualTo("method A has no program; give its absolute path");
  }

  @Test
  void onlyTheGatewaysUserAndRootMayServe() throws Exception {
    Channel stranger = OwnersSocket.channel(gateway, new PeerIdentity(4242, 4242, List.of(), 1));
    assertThat(Join.of(stranger, request("SayHello", "true")).responses.status().getCode())
        .isEqualTo(Status.Code.PERMISSION_DENIED);
  }

  @Test
  void stoppingGatewayReportsItAndDoesNotWait() throws Exception {
    Join join = Join.of(channel, request("SayHello", "echo '{}'")).begun();
    gateway.shutdown();
    assertThat(join.responses.status().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(join.responses.status().getDescription()).isEqualTo("the gateway is stopping");
    // well within the drain time
    assertThat(gateway.awaitTermination(Duration.ofMinutes(1))).isTrue();
  }
}
