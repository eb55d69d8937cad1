package dev.grpcos.gateway.exec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.rpc.ErrorInfo;
import dev.grpcos.gateway.RawCalls;
import dev.grpcos.gateway.StreamRecorder;
import dev.grpcos.gateway.failure.GatewayException;
import dev.grpcos.gateway.http.RawHttp1;
import dev.grpcos.proto.helloworld.GreeterGrpc;
import dev.grpcos.proto.helloworld.HelloReply;
import dev.grpcos.proto.helloworld.HelloRequest;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Tests requests, responses and errors of methods that are programs. */
final class ExecTest extends ExecFixture {
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
                    channel(), MetadataUtils.newAttachHeadersInterceptor(metadata)))
            .withDeadlineAfter(60, TimeUnit.SECONDS);

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
                channel(), MetadataUtils.newCaptureMetadataInterceptor(headers, trailers)))
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
