package dev.grpcos.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import dev.grpcos.gateway.Await;
import dev.grpcos.gateway.Gateway;
import dev.grpcos.gateway.GatewayOptions;
import dev.grpcos.gateway.OwnersSocket;
import dev.grpcos.gateway.SocketClient;
import dev.grpcos.gateway.StreamRecorder;
import dev.grpcos.gateway.config.ConfigSource;
import dev.grpcos.gateway.config.GatewayConfig;
import dev.grpcos.gateway.peer.PeerIdentity;
import dev.grpcos.gateway.process.OwnProcess;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import io.grpc.testing.integration.EmptyProtos.Empty;
import io.grpc.testing.integration.Messages.BoolValue;
import io.grpc.testing.integration.Messages.EchoStatus;
import io.grpc.testing.integration.Messages.Payload;
import io.grpc.testing.integration.Messages.ResponseParameters;
import io.grpc.testing.integration.Messages.SimpleRequest;
import io.grpc.testing.integration.Messages.SimpleResponse;
import io.grpc.testing.integration.Messages.StreamingInputCallRequest;
import io.grpc.testing.integration.Messages.StreamingInputCallResponse;
import io.grpc.testing.integration.Messages.StreamingOutputCallRequest;
import io.grpc.testing.integration.Messages.StreamingOutputCallResponse;
import io.grpc.testing.integration.TestServiceGrpc;
import io.grpc.testing.integration.TestServiceImpl;
import io.grpc.testing.integration.UnimplementedServiceGrpc;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Runs the interoperability tests of the gRPC project through a gateway.
 *
 * @see <a
 *     href="https://github.com/grpc/grpc/blob/master/doc/interop-test-descriptions.md">descriptions</a>
 */
class InteropTest {
  private static final Metadata.Key<String> ORIGIN =
      Metadata.Key.of("grpcos-origin", Metadata.ASCII_STRING_MARSHALLER);
  private static final Metadata.Key<String> ECHO_INITIAL =
      Metadata.Key.of("x-grpc-test-echo-initial", Metadata.ASCII_STRING_MARSHALLER);
  private static final Metadata.Key<byte[]> ECHO_TRAILING =
      Metadata.Key.of("x-grpc-test-echo-trailing-bin", Metadata.BINARY_BYTE_MARSHALLER);

  /** The kinds of listeners of the gateway. */
  enum ListenerKind {
    SOCKET,
    IN_PROCESS
  }

  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private TestServer upstream;
  private Gateway gateway;
  private SocketClient clients;

  @BeforeEach
  void start(@TempDir Path folder) throws Exception {
    upstream =
        new TestServer(
            folder.resolve("u.sock"),
            List.of(
                TestServer.behind(
                    new TestServiceImpl(timer).bindService(), TestServiceImpl.interceptors()),
                ProtoReflectionServiceV1.newInstance().bindService()));
    gateway =
        Gateway.start(
            ConfigSource.fixed(
                GatewayConfig.defaults(folder.resolve("g.sock"))
                    .withUpstreams(List.of(upstream.config("interop")))),
            GatewayOptions.DEFAULT);
    clients = new SocketClient(gateway.socket());
    Await.until("the upstream's services are known", () -> gateway.generation() > 1);
  }

  @AfterEach
  void stop() throws Exception {
    clients.close();
    gateway.close();
    upstream.close();
    timer.shutdownNow();
  }

  private Channel channel(ListenerKind kind) {
    return kind == ListenerKind.SOCKET
        ? clients.channel()
        : OwnersSocket.channel(gateway, new PeerIdentity(OwnProcess.uid(), 0, List.of(), 1));
  }

  private TestServiceGrpc.TestServiceBlockingStub blocking(ListenerKind kind) {
    return TestServiceGrpc.newBlockingStub(channel(kind)).withDeadlineAfter(60, TimeUnit.SECONDS);
  }

  private TestServiceGrpc.TestServiceStub async(ListenerKind kind) {
    return TestServiceGrpc.newStub(channel(kind)).withDeadlineAfter(60, TimeUnit.SECONDS);
  }

  private static Payload zeros(int size) {
    return Payload.newBuilder().setBody(ByteString.copyFrom(new byte[size])).build();
  }

  private static StreamingOutputCallRequest output(int... sizes) {
    StreamingOutputCallRequest.Builder request = StreamingOutputCallRequest.newBuilder();
    for (int size : sizes) {
      request.addResponseParameters(ResponseParameters.newBuilder().setSize(size));
    }
    return request.build();
  }

  private static List<Integer> sizes(List<StreamingOutputCallResponse> responses) {
    return responses.stream().map(each -> each.getPayload().getBody().size()).toList();
  }

  @ParameterizedTest
  @EnumSource
  void emptyUnary(ListenerKind kind) {
    assertThat(blocking(kind).emptyCall(Empty.getDefaultInstance()))
        .isEqualTo(Empty.getDefaultInstance());
  }

  @ParameterizedTest
  @EnumSource
  void largeUnary(ListenerKind kind) {
    SimpleRequest request =
        SimpleRequest.newBuilder().setResponseSize(314159).setPayload(zeros(271828)).build();

    assertThat(blocking(kind).unaryCall(request).getPayload()).isEqualTo(zeros(314159));
  }

  @ParameterizedTest
  @EnumSource
  void compressedUnary(ListenerKind kind) {
    SimpleRequest request =
        SimpleRequest.newBuilder()
            .setResponseSize(314159)
            .setPayload(zeros(271828))
            .setResponseCompressed(BoolValue.newBuilder().setValue(true))
            .build();

    SimpleResponse response = blocking(kind).withCompression("gzip").unaryCall(request);
    assertThat(response.getPayload()).isEqualTo(zeros(314159));
  }

  @ParameterizedTest
  @EnumSource
  void clientStreaming(ListenerKind kind) throws Exception {
    var responses = new StreamRecorder<StreamingInputCallResponse>();
    StreamObserver<StreamingInputCallRequest> requests = async(kind).streamingInputCall(responses);
    for (int size : new int[] {27182, 8, 1828, 45904}) {
      requests.onNext(StreamingInputCallRequest.newBuilder().setPayload(zeros(size)).build());
    }
    requests.onCompleted();

    assertThat(responses.status().isOk()).isTrue();
    assertThat(responses.messages().get(0).getAggregatedPayloadSize()).isEqualTo(74922);
  }

  @ParameterizedTest
  @EnumSource
  void serverStreaming(ListenerKind kind) throws Exception {
    var responses = new StreamRecorder<StreamingOutputCallResponse>();
    async(kind).streamingOutputCall(output(31415, 9, 2653, 58979), responses);

    assertThat(responses.status().isOk()).isTrue();
    assertThat(sizes(responses.messages())).containsExactly(31415, 9, 2653, 58979);
  }

  @ParameterizedTest
  @EnumSource
  void compressedStreaming(ListenerKind kind) throws Exception {
    var responses = new StreamRecorder<StreamingOutputCallResponse>();
    StreamObserver<StreamingOutputCallRequest> requests =
        async(kind).withCompression("gzip").fullDuplexCall(responses);
    for (int size : new int[] {31415, 9, 92653}) {
      requests.onNext(output(size).toBuilder().setPayload(zeros(size)).build());
    }
    requests.onCompleted();

    assertThat(responses.status().isOk()).isTrue();
    assertThat(sizes(responses.messages())).containsExactly(31415, 9, 92653);
  }

  @ParameterizedTest
  @EnumSource
  void pingPong(ListenerKind kind) throws Exception {
    var responses = new StreamRecorder<StreamingOutputCallResponse>();
    StreamObserver<StreamingOutputCallRequest> requests = async(kind).fullDuplexCall(responses);
    int count = 0;
    for (int size : new int[] {31415, 9, 2653, 58979}) {
      requests.onNext(output(size).toBuilder().setPayload(zeros(size / 2)).build());
      responses.first(++count);
    }
    requests.onCompleted();

    assertThat(responses.status().isOk()).isTrue();
    assertThat(sizes(responses.messages())).containsExactly(31415, 9, 2653, 58979);
  }

  @ParameterizedTest
  @EnumSource
  void emptyStream(ListenerKind kind) throws Exception {
    var responses = new StreamRecorder<StreamingOutputCallResponse>();
    async(kind).fullDuplexCall(responses).onCompleted();

    assertThat(responses.status().isOk()).isTrue();
    assertThat(responses.messages()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void customMetadata(ListenerKind kind) throws Exception {
    Metadata sent = new Metadata();
    sent.put(ECHO_INITIAL, "test_initial_metadata_value");
    sent.put(ECHO_TRAILING, new byte[] {(byte) 0xab, (byte) 0xab, (byte) 0xab});
    AtomicReference<Metadata> headers = new AtomicReference<>();
    AtomicReference<Metadata> trailers = new AtomicReference<>();
    var responses = new StreamRecorder<StreamingOutputCallResponse>();
    StreamObserver<StreamingOutputCallRequest> requests =
        async(kind)
            .withInterceptors(
                MetadataUtils.newAttachHeadersInterceptor(sent),
                MetadataUtils.newCaptureMetadataInterceptor(headers, trailers))
            .fullDuplexCall(responses);
    requests.onNext(output(314159));
    requests.onCompleted();

    assertThat(responses.status().isOk()).isTrue();
    assertThat(Objects.requireNonNull(headers.get()).get(ECHO_INITIAL))
        .isEqualTo("test_initial_metadata_value");
    Metadata came = Objects.requireNonNull(trailers.get());
    assertThat(came.get(ECHO_TRAILING)).containsExactly(0xab, 0xab, 0xab);
    assertThat(came.get(ORIGIN)).isNull();
  }

  @ParameterizedTest
  @EnumSource
  void statusCodeAndMessage(ListenerKind kind) throws Exception {
    StatusRuntimeException failure = unaryStatus(kind, "test status message");
    assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.UNKNOWN);
    assertThat(failure.getStatus().getDescription()).isEqualTo("test status message");
    assertThat(failure.getTrailers().get(ORIGIN)).as("it is the server's own").isNull();

    var responses = new StreamRecorder<StreamingOutputCallResponse>();
    StreamObserver<StreamingOutputCallRequest> requests = async(kind).fullDuplexCall(responses);
    requests.onNext(
        StreamingOutputCallRequest.newBuilder()
            .setResponseStatus(EchoStatus.newBuilder().setCode(2).setMessage("test status message"))
            .build());
    assertThat(responses.status().getDescription()).isEqualTo("test status message");
  }

  @ParameterizedTest
  @EnumSource
  void specialStatusMessage(ListenerKind kind) {
    String message =
        "\t\ntest with whitespace\r\nand Unicode BMP \u263a and non-BMP \ud83d\ude08\t\n";

    assertThat(unaryStatus(kind, message).getStatus().getDescription()).isEqualTo(message);
  }

  private StatusRuntimeException unaryStatus(ListenerKind kind, String message) {
    SimpleRequest request =
        SimpleRequest.newBuilder()
            .setResponseStatus(EchoStatus.newBuilder().setCode(2).setMessage(message))
            .build();
    return catchThrowableOfType(
        StatusRuntimeException.class, () -> blocking(kind).unaryCall(request));
  }

  @ParameterizedTest
  @EnumSource
  void unimplementedMethod(ListenerKind kind) {
    StatusRuntimeException failure =
        catchThrowableOfType(
            StatusRuntimeException.class,
            () -> blocking(kind).unimplementedCall(Empty.getDefaultInstance()));

    assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.UNIMPLEMENTED);
    assertThat(failure.getTrailers().get(ORIGIN)).as("the server knows its methods").isNull();
  }

  @ParameterizedTest
  @EnumSource
  void unimplementedService(ListenerKind kind) {
    StatusRuntimeException failure =
        catchThrowableOfType(
            StatusRuntimeException.class,
            () ->
                UnimplementedServiceGrpc.newBlockingStub(channel(kind))
                    .unimplementedCall(Empty.getDefaultInstance()));

    assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.UNIMPLEMENTED);
    assertThat(failure.getTrailers().get(ORIGIN)).isEqualTo("gateway");
  }

  @ParameterizedTest
  @EnumSource
  void cancelAfterBegin(ListenerKind kind) throws Exception {
    var responses = new StreamRecorder<StreamingInputCallResponse>();
    var requests =
        (ClientCallStreamObserver<StreamingInputCallRequest>)
            async(kind).streamingInputCall(responses);
    requests.cancel("changed my mind", null);

    assertThat(responses.status().getCode()).isEqualTo(Status.Code.CANCELLED);
  }

  @ParameterizedTest
  @EnumSource
  void cancelAfterFirstResponse(ListenerKind kind) throws Exception {
    var responses = new StreamRecorder<StreamingOutputCallResponse>();
    var requests =
        (ClientCallStreamObserver<StreamingOutputCallRequest>)
            async(kind).fullDuplexCall(responses);
    requests.onNext(output(31415));
    responses.first(1);
    requests.cancel("that will do", null);

    assertThat(responses.status().getCode()).isEqualTo(Status.Code.CANCELLED);
  }

  @ParameterizedTest
  @EnumSource
  void timeoutOnSleepingServer(ListenerKind kind) throws Exception {
    var responses = new StreamRecorder<StreamingOutputCallResponse>();
    StreamObserver<StreamingOutputCallRequest> requests =
        TestServiceGrpc.newStub(channel(kind))
            .withDeadlineAfter(20, TimeUnit.MILLISECONDS)
            .fullDuplexCall(responses);
    requests.onNext(
        StreamingOutputCallRequest.newBuilder()
            .addResponseParameters(
                ResponseParameters.newBuilder().setSize(1).setIntervalUs(10_000_000))
            .build());

    assertThat(responses.status().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
  }

  @ParameterizedTest
  @EnumSource
  void halfDuplex(ListenerKind kind) throws Exception {
    List<Integer> wanted = new ArrayList<>();
    var responses = new StreamRecorder<StreamingOutputCallResponse>();
    StreamObserver<StreamingOutputCallRequest> requests = async(kind).halfDuplexCall(responses);
    for (int size : new int[] {100, 200_000, 3}) {
      requests.onNext(output(size));
      wanted.add(size);
    }
    requests.onCompleted();

    assertThat(responses.status().isOk()).isTrue();
    assertThat(sizes(responses.messages())).isEqualTo(wanted);
  }

  @ParameterizedTest
  @EnumSource
  void callsAtTheSameTimeKeepTheirMessages(ListenerKind kind) throws Exception {
    Channel channel = channel(kind);
    List<StreamRecorder<SimpleResponse>> all = new ArrayList<>();
    for (int size = 0; size < 200; size++) {
      var response = new StreamRecorder<SimpleResponse>();
      all.add(response);
      ClientCall<SimpleRequest, SimpleResponse> call =
          channel.newCall(TestServiceGrpc.getUnaryCallMethod(), CallOptions.DEFAULT);
      ClientCalls.asyncUnaryCall(
          call, SimpleRequest.newBuilder().setResponseSize(size * 100).build(), response);
    }
    for (int size = 0; size < 200; size++) {
      assertThat(all.get(size).status().isOk()).isTrue();
      assertThat(all.get(size).messages().get(0).getPayload().getBody().size())
          .isEqualTo(size * 100);
    }
  }
}
