package dev.grpcos.gateway.exec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.rpc.ErrorInfo;
import dev.grpcos.gateway.Await;
import dev.grpcos.gateway.Gateway;
import dev.grpcos.gateway.GatewayOptions;
import dev.grpcos.gateway.RawCalls;
import dev.grpcos.gateway.SocketClient;
import dev.grpcos.gateway.StreamRecorder;
import dev.grpcos.gateway.config.ExecConfig;
import dev.grpcos.gateway.config.GatewayConfig;
import dev.grpcos.gateway.config.Limits;
import dev.grpcos.gateway.config.MethodConfig;
import dev.grpcos.gateway.config.ServiceConfig;
import dev.grpcos.gateway.failure.GatewayException;
import dev.grpcos.gateway.http.RawHttp1;
import dev.grpcos.gateway.installation.Installation;
import dev.grpcos.gateway.schema.SchemaConfig;
import dev.grpcos.proto.helloworld.GreeterGrpc;
import dev.grpcos.proto.helloworld.HelloReply;
import dev.grpcos.proto.helloworld.HelloRequest;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests methods that are programs with an ordinary client. */
final class ExecTest {
  private static final Path KEEPER = Path.of("target", "grpcos-exec").toAbsolutePath();
  private static final HelloRequest WORLD = HelloRequest.newBuilder().setName("world").build();

  @TempDir Path folder;
  private @Nullable Gateway running;
  private @Nullable SocketClient clients;
  private @Nullable Channel channel;

  @AfterEach
  void close() {
    if (clients != null) {
      clients.close();
    }
    if (running != null) {
      running.close();
    }
  }

  private Path script(String name, String text) throws Exception {
    Path script = Files.writeString(folder.resolve(name), "#!/bin/sh\n" + text + "\n");
    return Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private MethodConfig method(Path program, String... arguments) {
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(List.of(arguments));
    return new MethodConfig(
        new ExecConfig(command, false, 1), null, Integer.MAX_VALUE, Map.of(), folder, null);
  }

  private static MethodConfig within(Duration deadline, MethodConfig method) {
    return new MethodConfig(
        method.exec(), deadline, method.concurrency(), Map.of(), method.directory(), null);
  }

  private static MethodConfig persistent(int pool, MethodConfig method) {
    return new MethodConfig(
        new ExecConfig(method.exec().command(), true, pool),
        method.deadline(),
        method.concurrency(),
        Map.of(),
        method.directory(),
        null);
  }

  private void serve(Map<String, MethodConfig> methods) throws Exception {
    serve(methods, Limits.DEFAULT);
  }

  private void serve(Map<String, MethodConfig> methods, Limits limits) throws Exception {
    Path protoset = folder.resolve("greeter.binpb");
    try (InputStream descriptors =
        HelloRequest.class.getResourceAsStream("/dev/grpcos/proto/descriptors.binpb")) {
      Files.write(protoset, Objects.requireNonNull(descriptors).readAllBytes());
    }
    GatewayConfig config =
        GatewayConfig.defaults(folder.resolve("g.sock"))
            .withLimits(limits)
            .withServices(
                List.of(
                    new ServiceConfig(
                        "helloworld.Greeter", SchemaConfig.ofProtoset(protoset), methods)));
    Gateway gateway =
        Gateway.start(
            () -> config,
            GatewayOptions.DEFAULT.withInstallation(
                new Installation(Optional.of(KEEPER), Optional.empty(), Optional.empty())));
    running = gateway;
    SocketClient made = new SocketClient(gateway.socket());
    clients = made;
    channel = made.channel();
  }

  private GreeterGrpc.GreeterBlockingStub greeter() {
    return GreeterGrpc.newBlockingStub(Objects.requireNonNull(channel));
  }

  private GreeterGrpc.GreeterStub greeterAsync() {
    return GreeterGrpc.newStub(Objects.requireNonNull(channel));
  }

  private Status failure() {
    try {
      return Status.OK.withDescription(greeter().sayHello(WORLD).getMessage());
    } catch (StatusRuntimeException e) {
      return e.getStatus();
    }
  }

  @Test
  void requestIsJsonOnStandardInputAndResponseJsonOnOutput() throws Exception {
    serve(
        Map.of(
            "SayHello",
            method(
                script("hello", "read -r line; printf '{\"message\": \"%s\"}' \"$1 ${#line}\""),
                "a b")));

    // {"name":"world"}
    assertThat(greeter().sayHello(WORLD).getMessage()).isEqualTo("a b 16");
  }

  @Test
  void environmentDescribesTheCallAndNothingElse() throws Exception {
    serve(
        Map.of(
            "SayHello",
            method(
                script(
                    "env",
                    "env >env.txt; echo '{\"message\": \"'\"$GRPCOS_METHOD"
                        + " $GRPCOS_PEER_UID\"'\"}'"))));
    Metadata metadata = new Metadata();
    metadata.put(
        Metadata.Key.of("tenant", Metadata.ASCII_STRING_MARSHALLER), "$(touch injected) `id`; \"x");
    var stub =
        GreeterGrpc.newBlockingStub(
                ClientInterceptors.intercept(
                    Objects.requireNonNull(channel),
                    MetadataUtils.newAttachHeadersInterceptor(metadata)))
            .withDeadlineAfter(20, TimeUnit.SECONDS);

    assertThat(stub.sayHello(WORLD).getMessage()).matches("helloworld.Greeter/SayHello \\d+");
    List<String> variables = Files.readAllLines(folder.resolve("env.txt"));
    assertThat(variables)
        .anyMatch(
            line ->
                line.startsWith("GRPCOS_METADATA={")
                    && line.contains("\"tenant\":[\"$(touch injected) `id`; \\\"x\"]"))
        .anyMatch(line -> line.matches("GRPCOS_DEADLINE=\\d+\\.\\d{3}"))
        .noneMatch(line -> line.startsWith("JAVA_HOME=") || line.startsWith("XDG_"));
    assertThat(folder.resolve("injected")).doesNotExist();
  }

  @Test
  void exitCodeIsTheStatusAndTheLastErrorLineTheMessage() throws Exception {
    serve(
        Map.of(
            "SayHello",
            method(script("fail", "echo early >&2; echo 'no such name' >&2; exit 69"))));

    assertThat(failure().getCode()).isEqualTo(Status.Code.NOT_FOUND);
    assertThat(failure().getDescription()).isEqualTo("no such name");
  }

  @Test
  void statusCanBeJsonWithDetails() throws Exception {
    serve(
        Map.of(
            "SayHello",
            method(
                script(
                    "rich",
                    """
                    echo '{"message":"out of quota","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"QUOTA"}]}' >&2
                    exit 72\
                    """))));

    assertThatThrownBy(() -> greeter().sayHello(WORLD))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> {
              assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
              assertThat(e.getStatus().getDescription()).isEqualTo("out of quota");
              assertThat(
                      Objects.requireNonNull(StatusProto.fromThrowable(e))
                          .getDetails(0)
                          .is(ErrorInfo.class))
                  .isTrue();
            });
  }

  @Test
  void otherExitCodesAreUnknown() throws Exception {
    serve(Map.of("SayHello", method(script("odd", "echo oops >&2; exit 3"))));
    assertThat(failure().getCode()).isEqualTo(Status.Code.UNKNOWN);
    assertThat(failure().getDescription()).endsWith("/odd exited with 3: oops");
  }

  @Test
  void signalIsUnknown() throws Exception {
    serve(Map.of("SayHello", method(script("killed", "kill -9 $$"))));
    assertThat(failure().getCode()).isEqualTo(Status.Code.UNKNOWN);
    assertThat(failure().getDescription()).endsWith("/killed was ended by signal 9");
  }

  @Test
  void invalidOutputIsInternalWithItsPosition() throws Exception {
    serve(
        Map.of(
            "SayHello",
            method(script("bad", "printf '{\"message\": \"a\",\\n  \"massage\": 1}'"))));
    assertThat(failure().getCode()).isEqualTo(Status.Code.INTERNAL);
    assertThat(failure().getDescription()).contains("output line 2, column 3").contains("massage");
  }

  @Test
  void emptyAndRepeatedOutputAreInternal() throws Exception {
    serve(
        Map.of(
            "SayHello",
            method(script("count", "read -r x; test -e again && echo '{}{}'; touch again"))));
    assertThat(failure().getDescription()).contains("printed nothing");
    assertThat(failure().getDescription()).contains("more than one JSON value");
  }

  @Test
  void metadataIsWrittenToDescriptor3() throws Exception {
    serve(
        Map.of(
            "SayHello",
            method(
                script(
                    "meta",
                    "echo 'header etag: abc' >&3; echo '{}'; echo 'trailer cost-bin: AQI=' >&3"))));
    AtomicReference<Metadata> headers = new AtomicReference<>();
    AtomicReference<Metadata> trailers = new AtomicReference<>();
    GreeterGrpc.newBlockingStub(
            ClientInterceptors.intercept(
                Objects.requireNonNull(channel),
                MetadataUtils.newCaptureMetadataInterceptor(headers, trailers)))
        .sayHello(WORLD);

    assertThat(
            Objects.requireNonNull(headers.get())
                .get(Metadata.Key.of("etag", Metadata.ASCII_STRING_MARSHALLER)))
        .isEqualTo("abc");
    assertThat(
            Objects.requireNonNull(trailers.get())
                .get(Metadata.Key.of("cost-bin", Metadata.BINARY_BYTE_MARSHALLER)))
        .containsExactly(1, 2);
  }

  @Test
  void responsesOfAStreamAreSentImmediately() throws Exception {
    serve(
        Map.of(
            "SayHelloStreamReply",
            method(
                script(
                    "stream",
                    "echo '{\"message\":\"1\"}'; echo '{\"message\":\"2\"}'; until test -e go; do"
                        + " sleep 0.05; done; printf '{\"message\":\"3\"}'"))));
    var replies = new StreamRecorder<HelloReply>();
    greeterAsync().sayHelloStreamReply(WORLD, replies);

    replies.first(2);
    assertThat(replies.ended()).isFalse();
    Files.createFile(folder.resolve("go"));
    assertThat(replies.status()).isEqualTo(Status.OK);
    assertThat(replies.messages())
        .extracting(HelloReply::getMessage)
        .containsExactly("1", "2", "3");
  }

  @Test
  void bidirectionalStreamUsesLinesInBothDirections() throws Exception {
    serve(
        Map.of(
            "SayHelloBidiStream",
            method(
                script(
                    "bidi",
                    "while read -r line; do printf '{\"message\":\"%s\"}\\n"
                        + "' \"${#line}\"; done"))));
    var replies = new StreamRecorder<HelloReply>();
    StreamObserver<HelloRequest> requests = greeterAsync().sayHelloBidiStream(replies);
    requests.onNext(WORLD);
    replies.first(1);
    requests.onNext(HelloRequest.getDefaultInstance());
    replies.first(2);
    requests.onCompleted();

    assertThat(replies.status()).isEqualTo(Status.OK);
    assertThat(replies.messages()).extracting(HelloReply::getMessage).containsExactly("16", "2");
  }

  @Test
  void grpcCallsWithJsonAreServed() throws Exception {
    Path echo =
        script(
            "echo", "while read -r line; do printf '{\"message\":\"%s\"}\\n' \"${#line}\"; done");
    serve(Map.of("SayHello", method(echo), "SayHelloBidiStream", method(echo)));
    byte[] request = RawCalls.message(false, "{\"name\":\"world\"}".getBytes(UTF_8));
    byte[] two = ByteBuffer.allocate(2 * request.length).put(request).put(request).array();
    byte[] response = RawCalls.message(false, "{\"message\":\"16\"}".getBytes(UTF_8));
    byte[] responses = ByteBuffer.allocate(2 * response.length).put(response).put(response).array();

    try (RawCalls calls = new RawCalls(folder.resolve("g.sock"))) {
      var unary =
          calls.call(
              "helloworld.Greeter/SayHello", request, "content-type", "application/grpc+json");
      assertThat(unary.status()).as(unary.message()).isZero();
      assertThat(unary.body()).isEqualTo(response);

      var stream =
          calls.call(
              "helloworld.Greeter/SayHelloBidiStream",
              two,
              "content-type",
              "application/grpc+json");
      assertThat(stream.status()).as(stream.message()).isZero();
      assertThat(stream.body()).isEqualTo(responses);
    }
  }

  @Test
  void httpRequestThatCannotBeAnsweredStartsNoProgram() throws Exception {
    serve(
        Map.of(
            "SayHelloBidiStream",
            method(
                script("bidi", "echo started >> starts; while read -r line; do echo '{}'; done"))));
    String path = "/helloworld.Greeter/SayHelloBidiStream";
    Map<String, Integer> requests =
        Map.of(
            RawHttp1.request("GET", path, ""), 405,
            RawHttp1.request("POST", path, "a", "Content-Type: text/plain"), 415,
            RawHttp1.request("POST", path, "{}", "Content-Encoding: gzip"), 501);
    try (RawHttp1 connection = new RawHttp1(folder.resolve("g.sock"))) {
      for (int i = 0; i < 10; i++) {
        for (Map.Entry<String, Integer> request : requests.entrySet()) {
          assertThat(connection.send(request.getKey()).response().status())
              .isEqualTo(request.getValue());
        }
      }
      // Its program would start after those of the other requests.
      assertThat(connection.send(RawHttp1.request("POST", path, "{}")).response().status())
          .isEqualTo(200);
    }
    assertThat(Files.readAllLines(folder.resolve("starts"))).hasSize(1);
  }

  @Test
  void deadlineEndsTheProgramAndItsGrandchildren() throws Exception {
    serve(
        Map.of(
            "SayHello",
            within(
                Duration.ofMillis(300),
                method(script("hang", "setsid sleep 7654 & echo $! >pid; sleep 7654")))));

    assertThat(failure().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
    long pid = Long.parseLong(Files.readString(folder.resolve("pid")).strip());
    Await.until("the grandchild is gone", () -> ProcessHandle.of(pid).isEmpty());
  }

  @Test
  void cancellationEndsAProgramThatIgnoresTerm() throws Exception {
    serve(
        Map.of(
            "SayHelloStreamReply",
            method(
                script(
                    "stubborn",
                    "trap '' TERM; echo $$ >pid; echo '{}'; while :; do sleep 0.1; done"))));
    var replies = new StreamRecorder<HelloReply>();
    var context = io.grpc.Context.current().withCancellation();
    context.run(() -> greeterAsync().sayHelloStreamReply(WORLD, replies));
    replies.first(1);
    context.cancel(null);

    long pid = Long.parseLong(Files.readString(folder.resolve("pid")).strip());
    Await.until("the program is gone", () -> ProcessHandle.of(pid).isEmpty());
  }

  @Test
  void endlessUnreadOutputBlocksTheProgram() throws Exception {
    serve(
        Map.of(
            "SayHelloStreamReply",
            method(
                script(
                    "flood",
                    "long=$(printf %010000d 0); i=0; while :; do echo '{\"message\":\"'$long'\"}';"
                        + " i=$((i+1)); echo $i >count; done"))));
    var iterator = greeter().withDeadlineAfter(60, TimeUnit.SECONDS).sayHelloStreamReply(WORLD);
    assertThat(iterator.hasNext()).isTrue();
    // The program writes until all buffers on the way are full, and then blocks.
    Path count = folder.resolve("count");
    AtomicReference<String> before = new AtomicReference<>("");
    AtomicInteger alike = new AtomicInteger();
    Await.until(
        "it stands still",
        () -> {
          String now = read(count);
          boolean same = !now.isEmpty() && now.equals(before.getAndSet(now));
          return alike.updateAndGet(times -> same ? times + 1 : 0) == 50;
        });
  }

  private static String read(Path file) {
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void moreProgramsThanTheLimitAreRefusedAndNoPermitIsLost() throws Exception {
    serve(
        Map.of(
            "SayHello", method(script("wait", "until test -e go; do sleep 0.02; done; echo '{}'"))),
        Limits.DEFAULT.withExec(2));
    List<StreamRecorder<HelloReply>> calls = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      var reply = new StreamRecorder<HelloReply>();
      calls.add(reply);
      greeterAsync().sayHello(WORLD, reply);
    }
    Await.until("six are refused", () -> calls.stream().filter(StreamRecorder::ended).count() == 6);
    Files.createFile(folder.resolve("go"));
    int served = 0;
    for (StreamRecorder<HelloReply> call : calls) {
      assertThat(call.status().getCode()).isIn(Status.Code.OK, Status.Code.RESOURCE_EXHAUSTED);
      served += call.messages().size();
    }
    assertThat(served).isEqualTo(2);
    assertThat(failure().getCode()).isEqualTo(Status.Code.OK);
  }

  @Test
  void hundredsOfCallsLeaveNoProcess() throws Exception {
    serve(
        Map.of(
            "SayHello",
            method(
                script(
                    "mixed",
                    """
                    read -r line
                    case $line in
                      *0\\"*) echo '{}' ;;
                      *1\\"*) exit 69 ;;
                      *2\\"*) kill -9 $$ ;;
                      *3\\"*) sleep 4321 & echo '{}' ;;
                      *) echo 'no json' ;;
                    esac\
                    """))),
        Limits.DEFAULT.withExec(64));
    Status.Code[] expected = {
      Status.Code.OK,
      Status.Code.NOT_FOUND,
      Status.Code.UNKNOWN,
      Status.Code.OK,
      Status.Code.INTERNAL
    };
    for (int round = 0; round < 10; round++) {
      List<StreamRecorder<HelloReply>> calls = new ArrayList<>();
      for (int i = 0; i < 25; i++) {
        var reply = new StreamRecorder<HelloReply>();
        calls.add(reply);
        greeterAsync().sayHello(HelloRequest.newBuilder().setName("n" + i % 5).build(), reply);
      }
      for (int i = 0; i < calls.size(); i++) {
        assertThat(calls.get(i).status().getCode()).isEqualTo(expected[i % 5]);
      }
    }
    Await.until(
        "no process is left",
        () ->
            ProcessHandle.current()
                .descendants()
                .noneMatch(each -> each.info().commandLine().orElse("").contains("4321")));
  }

  @Test
  void persistentProgramServesManyCallsInOneProcess() throws Exception {
    serve(
        Map.of(
            "SayHello",
            persistent(
                1,
                method(
                    script(
                        "co",
                        """
                        while read -r line; do
                          id=${line#*:}; id=${id%%,*}
                          echo '{"id":'$id',"response":{"message":"'$$'"},"trailers":{"n":"'$id'"}}'
                        done\
                        """)))));

    String first = greeter().sayHello(WORLD).getMessage();
    for (int i = 0; i < 20; i++) {
      assertThat(greeter().sayHello(WORLD).getMessage()).isEqualTo(first);
    }
  }

  @Test
  void persistentProgramThatDiesIsReplaced() throws Exception {
    serve(
        Map.of(
            "SayHello",
            persistent(
                1,
                method(
                    script(
                        "mortal",
                        """
                        read -r line; id=${line#*:}; id=${id%%,*}
                        echo '{"id":'$id',"status":{"code":5,"message":"gone"}}'
                        read -r line; exit 7\
                        """)))));

    assertThat(failure()).matches(status -> status.getCode() == Status.Code.NOT_FOUND);
    assertThat(failure().getDescription()).endsWith("/mortal exited with 7");
    assertThat(failure().getDescription()).isEqualTo("gone");
  }

  @Test
  void programThatOthersCanWriteIsRefusedAtStart() throws Exception {
    Path program = script("open", "echo '{}'");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxrwxrwx"));

    assertThatThrownBy(
            () -> serve(Map.of("SayHello", method(program), "SayNothing", method(program))))
        .isInstanceOf(GatewayException.class)
        .hasMessageContaining("can be written by others")
        .hasMessageContaining("SayNothing is not in the schema");
  }

  @Test
  void methodWithoutProgramIsUnimplemented() throws Exception {
    serve(Map.of());
    assertThat(failure().getCode()).isEqualTo(Status.Code.UNIMPLEMENTED);
  }

  @Test
  void missingProgramIsInternal() throws Exception {
    Path program = script("fleeting", "echo '{}'");
    serve(Map.of("SayHello", method(program)));
    Files.delete(program);
    assertThat(failure().getCode()).isEqualTo(Status.Code.INTERNAL);
    assertThat(failure().getDescription()).contains("No such file or directory");
  }
}
