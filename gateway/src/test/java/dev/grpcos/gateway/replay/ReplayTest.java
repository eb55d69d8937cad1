package dev.grpcos.gateway.replay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.rpc.ErrorInfo;
import dev.grpcos.gateway.Gateway;
import dev.grpcos.gateway.GatewayOptions;
import dev.grpcos.gateway.OwnersSocket;
import dev.grpcos.gateway.SocketClient;
import dev.grpcos.gateway.StreamRecorder;
import dev.grpcos.gateway.config.ConfigSource;
import dev.grpcos.gateway.config.GatewayConfig;
import dev.grpcos.gateway.peer.PeerIdentity;
import dev.grpcos.gateway.process.OwnProcess;
import dev.grpcos.proto.helloworld.GreeterGrpc;
import dev.grpcos.proto.helloworld.HelloReply;
import dev.grpcos.proto.helloworld.HelloRequest;
import io.grpc.Channel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReplayTest {
  private static final String SAY_HELLO = "{\"method\":\"helloworld.Greeter/SayHello\",";
  private static final String BIDI = "{\"method\":\"helloworld.Greeter/SayHelloBidiStream\",";

  @TempDir Path folder;
  private @Nullable Gateway gateway;
  private @Nullable SocketClient clients;

  @AfterEach
  void stop() {
    if (clients != null) {
      clients.close();
    }
    if (gateway != null) {
      gateway.close();
    }
  }

  private static Replay read(ReplayOptions options, String... lines) throws RecordingException {
    String schema =
        Base64.getEncoder()
            .encodeToString(
                FileDescriptorSet.newBuilder()
                    .addFile(HelloRequest.getDescriptor().getFile().toProto())
                    .build()
                    .toByteArray());
    String text = "{\"schema\":\"" + schema + "\"}\n" + String.join("\n", lines);
    return Replay.read(new ByteArrayInputStream(text.getBytes(UTF_8)), "run", List.of(), options);
  }

  private GreeterGrpc.GreeterBlockingStub greeter(ReplayOptions options, String... lines)
      throws Exception {
    return GreeterGrpc.newBlockingStub(channel(options, lines));
  }

  private Channel channel(ReplayOptions options, String... lines) throws Exception {
    Gateway started =
        Gateway.start(
            ConfigSource.fixed(GatewayConfig.defaults(folder.resolve("g.sock"))),
            GatewayOptions.DEFAULT.withReplay(read(options, lines)));
    gateway = started;
    SocketClient made = new SocketClient(started.socket());
    clients = made;
    return made.channel();
  }

  private static HelloRequest hello(String name) {
    return HelloRequest.newBuilder().setName(name).build();
  }

  private static Status failure(Runnable call) {
    return catchThrowableOfType(StatusRuntimeException.class, call::run).getStatus();
  }

  @Test
  void equalRequestsGetTheirAnswersInOrderAndTheLastRepeats() throws Exception {
    var stub =
        greeter(
            ReplayOptions.DEFAULT,
            SAY_HELLO + "\"request\":{\"name\":\"a\"},\"response\":{\"message\":\"1\"}}",
            SAY_HELLO + "\"request\":{\"name\":\"b\"},\"response\":{\"message\":\"other\"}}",
            SAY_HELLO + "\"requests\":[{\"name\":\"a\"}],\"responses\":[{\"message\":\"2\"}]}");
    assertThat(stub.sayHello(hello("a")).getMessage()).isEqualTo("1");
    assertThat(stub.sayHello(hello("a")).getMessage()).isEqualTo("2");
    assertThat(stub.sayHello(hello("a")).getMessage()).isEqualTo("2");
    assertThat(stub.sayHello(hello("b")).getMessage()).isEqualTo("other");
    Channel inProcess =
        OwnersSocket.channel(
            Objects.requireNonNull(gateway), new PeerIdentity(OwnProcess.uid(), 1, List.of(), 2));
    assertThat(GreeterGrpc.newBlockingStub(inProcess).sayHello(hello("b")).getMessage())
        .isEqualTo("other");
  }

  @Test
  void unmatchedRequestIsNotFoundAndShowsTheNearest() throws Exception {
    var stub =
        greeter(
            ReplayOptions.DEFAULT,
            SAY_HELLO + "\"request\":{},\"response\":{}}",
            SAY_HELLO + "\"request\":{\"name\":\"world\"},\"response\":{}}");
    Status status = failure(() -> stub.sayHello(hello("mars")));
    assertThat(status.getCode()).isEqualTo(Status.Code.NOT_FOUND);
    assertThat(status.getDescription())
        .isEqualTo(
            "run has no call of helloworld.Greeter/SayHello with this request; the nearest, in"
                + " line 2, differs: name: recorded nothing, got \"mars\"");
    Status never = failure(() -> stub.sayHelloStreamReply(hello("x")).next());
    assertThat(never.getCode()).isEqualTo(Status.Code.NOT_FOUND);
    assertThat(never.getDescription())
        .isEqualTo("run has no call of helloworld.Greeter/SayHelloStreamReply");
  }

  @Test
  void callThatWasRefusedBeforeItsRequestIsRefusedWithAnyRequest() throws Exception {
    var stub =
        greeter(
            ReplayOptions.DEFAULT,
            SAY_HELLO + "\"requests\":[],\"status\":{\"code\":12,\"message\":\"no method\"}}",
            SAY_HELLO + "\"request\":{\"name\":\"a\"},\"response\":{\"message\":\"1\"}}");
    Status status = failure(() -> stub.sayHello(hello("mars")));
    assertThat(status.getCode()).isEqualTo(Status.Code.UNIMPLEMENTED);
    assertThat(status.getDescription()).isEqualTo("no method");
    assertThat(stub.sayHello(hello("a")).getMessage()).isEqualTo("1");
  }

  @Test
  void ignoredFieldsMayDiffer() throws Exception {
    var stub =
        greeter(
            new ReplayOptions(List.of("name"), false, false),
            SAY_HELLO + "\"request\":{\"name\":\"world\"},\"response\":{\"message\":\"hi\"}}");
    assertThat(stub.sayHello(hello("mars")).getMessage()).isEqualTo("hi");
  }

  @Test
  void inOrderOnlyTheNextCallIsAnswered() throws Exception {
    var stub =
        greeter(
            new ReplayOptions(List.of(), true, false),
            SAY_HELLO + "\"request\":{\"name\":\"a\"},\"response\":{\"message\":\"1\"}}",
            SAY_HELLO + "\"request\":{\"name\":\"b\"},\"response\":{\"message\":\"2\"}}");
    assertThat(failure(() -> stub.sayHello(hello("b"))).getDescription())
        .contains("the next, in line 2, differs: name: recorded \"a\", got \"b\"");
    assertThat(stub.sayHello(hello("a")).getMessage()).isEqualTo("1");
    assertThat(stub.sayHello(hello("b")).getMessage()).isEqualTo("2");
    assertThat(failure(() -> stub.sayHello(hello("b"))).getDescription())
        .isEqualTo("all 2 calls of run have been answered");
  }

  @Test
  void ignoredFieldThatNoRequestHasIsNoted() throws Exception {
    ReplayOptions options = new ReplayOptions(List.of("name", "nmae", "name.x"), false, false);

    assertThat(read(options, SAY_HELLO + "\"request\":{}}").notes())
        .containsExactly(
            "run: no request has the ignored field nmae",
            "run: no request has the ignored field name.x");
  }

  @Test
  void orderIsThatOfTheTimesWhateverTheirPrecision() throws Exception {
    var stub =
        greeter(
            new ReplayOptions(List.of(), true, false),
            SAY_HELLO + "\"time\":\"2026-01-31T12:00:00.001Z\",\"request\":{\"name\":\"b\"}}",
            SAY_HELLO + "\"time\":\"2026-01-31T12:00:00Z\",\"request\":{\"name\":\"a\"}}");
    assertThat(failure(() -> stub.sayHello(hello("b"))).getDescription())
        .contains("the next, in line 3, differs");
    assertThat(failure(() -> stub.sayHello(hello("a"))).getDescription()).doesNotContain("differs");
    assertThatThrownBy(
            () -> read(ReplayOptions.DEFAULT, SAY_HELLO + "\"time\":\"noon\",\"request\":{}}"))
        .hasMessageContaining("the time must be like 2026-01-31T12:00:00.5Z");
  }

  @Test
  void statusDetailsAndMetadataAreReplayed() throws Exception {
    var stub =
        greeter(
            ReplayOptions.DEFAULT,
            SAY_HELLO
                + "\"request\":{},\"status\":{\"code\":9,\"message\":\"no\",\"details\":[{\"@type\":"
                + "\"type.googleapis.com/google.rpc.ErrorInfo\",\"reason\":\"R\"}]},\"trailers\":{\"x-a\":[\"1\",\"2\"],\"x-token\":[\"(not"
                + " shown)\"],\"t-bin\":\"/w==\"}}");
    StatusRuntimeException failure =
        catchThrowableOfType(StatusRuntimeException.class, () -> stub.sayHello(hello("")));
    assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
    assertThat(failure.getStatus().getDescription()).isEqualTo("no");
    var details = StatusProto.fromThrowable(failure);
    assertThat(details.getDetails(0).unpack(ErrorInfo.class).getReason()).isEqualTo("R");
    Metadata trailers = failure.getTrailers();
    assertThat(trailers.getAll(Metadata.Key.of("x-a", Metadata.ASCII_STRING_MARSHALLER)))
        .containsExactly("1", "2");
    assertThat(trailers.get(Metadata.Key.of("t-bin", Metadata.BINARY_BYTE_MARSHALLER)))
        .containsExactly(0xff);
    assertThat(trailers.keys()).doesNotContain("x-token");
  }

  @Test
  void streamsInOneDirectionAreReplayed() throws Exception {
    Channel channel =
        channel(
            ReplayOptions.DEFAULT,
            "{\"method\":\"helloworld.Greeter/SayHelloStreamReply\",\"request\":{\"name\":\"a\"},"
                + "\"responses\":[{\"message\":\"1\"},{\"message\":\"2\"}],\"status\":\"ABORTED\"}",
            BIDI
                + "\"requests\":[{\"name\":\"a\"},{\"name\":\"b\"}],\"response\":{\"message\":\"ab\"}}");
    StreamRecorder<HelloReply> replies = new StreamRecorder<>();
    GreeterGrpc.newStub(channel).sayHelloStreamReply(hello("a"), replies);
    assertThat(replies.status().getCode()).isEqualTo(Status.Code.ABORTED);
    assertThat(replies.messages()).extracting(HelloReply::getMessage).containsExactly("1", "2");

    StreamRecorder<HelloReply> collected = new StreamRecorder<>();
    StreamObserver<HelloRequest> requests =
        GreeterGrpc.newStub(channel).sayHelloBidiStream(collected);
    requests.onNext(hello("a"));
    requests.onNext(hello("b"));
    requests.onCompleted();
    assertThat(collected.status()).isEqualTo(Status.OK);
    assertThat(collected.messages()).extracting(HelloReply::getMessage).containsExactly("ab");
  }

  @Test
  void conversationIsReplayedStepByStep() throws Exception {
    Channel channel =
        channel(
            ReplayOptions.DEFAULT,
            BIDI
                + "\"requests\":[{\"name\":\"a\"},{\"name\":\"b\"}],\"responses\":[{\"message\":\"A\"},"
                + "{\"message\":\"B\"}],\"at\":{\"requests\":[0,2],\"responses\":[1,3],"
                + "\"halfClosed\":4},\"ms\":5}",
            BIDI
                + "\"requests\":[{\"name\":\"a\"},{\"name\":\"c\"}],\"responses\":[{\"message\":\"A\"},"
                + "{\"message\":\"C\"}],\"at\":{\"requests\":[0,2],\"responses\":[1,3],"
                + "\"halfClosed\":4},\"ms\":5}");
    StreamRecorder<HelloReply> replies = new StreamRecorder<>();
    StreamObserver<HelloRequest> requests =
        GreeterGrpc.newStub(channel).sayHelloBidiStream(replies);
    requests.onNext(hello("a"));
    assertThat(replies.first(1).get(0).getMessage()).isEqualTo("A");
    requests.onNext(hello("c"));
    assertThat(replies.first(2).get(1).getMessage()).isEqualTo("C");
    requests.onCompleted();
    assertThat(replies.status()).isEqualTo(Status.OK);

    StreamRecorder<HelloReply> wrong = new StreamRecorder<>();
    StreamObserver<HelloRequest> others = GreeterGrpc.newStub(channel).sayHelloBidiStream(wrong);
    others.onNext(hello("x"));
    assertThat(wrong.status().getDescription())
        .contains("the nearest, in line 2, differs: request 1.name: recorded \"a\", got \"x\"");
  }

  @Test
  void callThatEndedBeforeItsHalfCloseEndsByItself() throws Exception {
    Channel channel =
        channel(
            ReplayOptions.DEFAULT,
            BIDI
                + "\"requests\":[{\"name\":\"a\"}],\"responses\":[],\"status\":\"INTERNAL\","
                + "\"at\":{\"requests\":[0],\"responses\":[],\"halfClosed\":null},\"ms\":1}");
    StreamRecorder<HelloReply> replies = new StreamRecorder<>();
    GreeterGrpc.newStub(channel).sayHelloBidiStream(replies).onNext(hello("a"));
    assertThat(replies.status().getCode()).isEqualTo(Status.Code.INTERNAL);
  }

  @Test
  void requestsThatTheServerDidNotWaitForDoNotChangeTheAnswer() throws Exception {
    Channel channel =
        channel(
            new ReplayOptions(List.of(), false, true),
            BIDI
                + "\"requests\":[{\"name\":\"a\"}],\"responses\":[{\"message\":\"A\"}],"
                + "\"status\":\"INTERNAL\",\"at\":{\"requests\":[0],\"responses\":[50],"
                + "\"halfClosed\":null},\"ms\":100}");
    StreamRecorder<HelloReply> replies = new StreamRecorder<>();
    StreamObserver<HelloRequest> requests =
        GreeterGrpc.newStub(channel).sayHelloBidiStream(replies);
    requests.onNext(hello("a"));
    requests.onNext(hello("b"));
    requests.onCompleted();
    assertThat(replies.status().getCode()).isEqualTo(Status.Code.INTERNAL);
    assertThat(replies.messages()).extracting(HelloReply::getMessage).containsExactly("A");
  }

  @Test
  void streamWithoutHeadersAndResponsesHasOnlyTrailers() throws Exception {
    AtomicReference<Metadata> headers = new AtomicReference<>();
    AtomicReference<Metadata> trailers = new AtomicReference<>();
    var stub =
        greeter(
                ReplayOptions.DEFAULT,
                "{\"method\":\"helloworld.Greeter/SayHelloStreamReply\",\"request\":{},"
                    + "\"responses\":[],\"trailers\":{\"x\":\"y\"}}")
            .withInterceptors(MetadataUtils.newCaptureMetadataInterceptor(headers, trailers));
    assertThat(stub.sayHelloStreamReply(hello("")).hasNext()).isFalse();
    assertThat(headers.get()).isNull();
    Metadata received = Objects.requireNonNull(trailers.get());
    assertThat(received.get(Metadata.Key.of("x", Metadata.ASCII_STRING_MARSHALLER))).isEqualTo("y");
  }

  @Test
  void latencyIsThatOfTheRecording() throws Exception {
    var stub =
        greeter(
            new ReplayOptions(List.of(), false, true),
            SAY_HELLO + "\"request\":{},\"response\":{},\"ms\":150}");
    long start = System.nanoTime();
    var unused = stub.sayHello(hello(""));
    assertThat(System.nanoTime() - start).isGreaterThan(149_000_000);
  }

  @Test
  void timesGiveTheDelayOfEachStep() throws Exception {
    String call =
        BIDI
            + "\"requests\":[{},{}],\"responses\":[{},{}],\"at\":{\"requests\":[10,30],"
            + "\"responses\":[15,60],\"halfClosed\":50},\"ms\":61}";
    RecordingReader reader = new RecordingReader("run", IgnoredFields.parse(List.of()));
    reader.read(
        new ByteArrayInputStream(call.getBytes(UTF_8)),
        List.of(HelloRequest.getDescriptor().getFile().toProto()));
    ReplayEntry recorded = reader.calls().get(0);
    assertThat(recorded.requestsBefore(0)).isEqualTo(1);
    assertThat(recorded.isAfterHalfClose(0)).isFalse();
    assertThat(recorded.isAfterHalfClose(1)).isTrue();
    assertThat(recorded.delayOf(0)).isEqualTo(5_000_000);
    assertThat(recorded.delayOf(1)).isEqualTo(10_000_000);
    assertThat(recorded.delayOf(2)).isEqualTo(1_000_000);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"method\":\"helloworld.Greeter/SayHello\",\"respones\":[]} |"
            + " run line 2, column 41: unknown key \"respones\"; did you mean 'response'?",
        "{\"requests\":[]} | run line 2, column 1: the key \"method\" is missing",
        "{\"method\":\"SayHello\"} | run line 2, column 2: the method must be"
            + " package.Service/Method",
        "{\"method\":\"no.Such/Method\"} | run line 2, column 1: the schema of no.Such/Method is"
            + " missing; give it",
        "{\"method\":\"helloworld.Greeter/SayHello\",\"request\":{\"nam\":1}} | field",
        "{\"method\":\"helloworld.Greeter/SayHello\",\"status\":\"NO\"} | the status must be",
        "{\"method\":\"helloworld.Greeter/SayHello\",\"trailers\":{\"A b\":\"\"}} | invalid"
            + " metadata",
        "{\"method\":\"helloworld.Greeter/SayHello\",\"request\":{},\"at\":{}} | a time for each",
        "{\"method\":\"helloworld.Greeter/SayHello\",\"incomplete\":true} | no call that can be"
            + " replayed",
        "{\"schema\":\"x\"} | the schema is not a descriptor set",
        "{ | run line 2"
      })
  void invalidLinesAreReportedWithTheirPosition(String line, String message) {
    assertThatThrownBy(() -> read(ReplayOptions.DEFAULT, line))
        .isInstanceOf(RecordingException.class)
        .hasMessageContaining(message);
  }

  @Test
  void servicesOfTheGatewayItselfAndUnknownMethodsAreNotReplayed() throws Exception {
    Replay replay =
        read(
            ReplayOptions.DEFAULT,
            "{\"method\":\"grpc.health.v1.Health/Check\",\"response\":{}}",
            "{\"method\":\"no.Such/Method\",\"status\":\"UNIMPLEMENTED\"}",
            SAY_HELLO + "\"request\":{},\"response\":{}}",
            "{\"lost\":3}");
    assertThat(replay.services()).containsExactly("helloworld.Greeter");
    assertThat(replay.notes()).hasSize(1);
  }
}
