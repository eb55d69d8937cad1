package dev.grpcos.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import dev.grpcos.gateway.Await;
import dev.grpcos.gateway.Gateway;
import dev.grpcos.gateway.GatewayOptions;
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
  enum Way {
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

  private Channel channel(Way way) {
    return way == Way.SOCKET
        ? clients.channel()
        : gateway.channelFor(new PeerIdentity(OwnProcess.uid(), 0, List.of(), 1));
  }

  private TestServiceGrpc.TestServiceBlockingStub blocking(Way way) {
    return TestServiceGrpc.newBlockingStub(channel(way)).withDeadlineAfter(20, TimeUnit.SECONDS);
  }

  private TestServiceGrpc.TestServiceStub async(Way way) {
    return TestServiceGrpc.newStub(channel(way)).withDeadlineAfter(20, TimeUnit.SECONDS);
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
  void emptyUnary(Way way) {
    assertThat(blocking(way).emptyCall(Empty.getDefaultInstance()))
        .isEqualTo(Empty.getDefaultInstance());
  }

  @ParameterizedTest
  @EnumSource
  void largeUnary(Way way) {
    SimpleRequest request =
        SimpleRequest.newBuilder().setResponseSize(314159).setPayload(zeros(271828)).build();

    assertThat(blocking(way).unaryCall(request).getPayload()).isEqualTo(zeros(314159));
  }

  @ParameterizedTest
  @EnumSource
  void compressedUnary(Way way) {
    SimpleRequest request =
        SimpleRequest.newBuilder()
            .setResponseSize(314159)
            .setPayload(zeros(271828))
            .setResponseCompressed(BoolValue.newBuilder().setValue(true))
            .build();

    SimpleResponse response = blocking(way).withCompression("gzip").unaryCall(request);
    assertThat(response.getPayload()).isEqualTo(zeros(314159));
  }

  @ParameterizedTest
  @EnumSource
  void clientStreaming(Way way) throws Exception {
    var responses = new StreamRecorder<StreamingInputCallResponse>();
    StreamObserver<StreamingInputCallRequest> requests = async(way).streamingInputCall(responses);
    for (int size : new int[] {27182, 8, 1828, 45904}) {
      requests.onNext(StreamingInputCallRequest.newBuilder().setPayload(zeros(size)).build());
    }
    requests.onCompleted();

    assertThat(responses.status().isOk()).isTrue();
    assertThat(responses.messages().get(0).getAggregatedPayloadSize()).isEqualTo(74922);
  }

  @ParameterizedTest
  @EnumSource
  void serverStreaming(Way way) throws Exception {
    var responses = new StreamRecorder<StreamingOutputCallResponse>();
    async(way).streamingOutputCall(output(31415, 9, 2653, 58979), responses);

    assertThat(responses.status().isOk()).isTrue();
    assertThat(sizes(responses.messages())).containsExactly(31415, 9, 2653, 58979);
  }

  @ParameterizedTest
  @EnumSource
  void compressedStreaming(Way way) throws Exception {
    var responses = new StreamRecorder<StreamingOutputCallResponse>();
    StreamObserver<StreamingOutputCallRequest> requests =
        async(way).withCompression("gzip").fullDuplexCall(responses);
    for (int size : new int[] {31415, 9, 92653}) {
      requests.onNext(output(size).toBuilder().setPayload(zeros(size)).build());
    }
    requests.onCompleted();

    assertThat(responses.status().isOk()).isTrue();
    assertThat(sizes(responses.messages())).containsExactly(31415, 9, 92653);
  }

  @ParameterizedTest
  @EnumSource
  void pingPong(Way way) throws Exception {
    var responses = new StreamRecorder<StreamingOutputCallResponse>();
    StreamObserver<StreamingOutputCallRequest> requests = async(way).fullDuplexCall(responses);
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
  void emptyStream(Way way) throws Exception {
    var responses = new StreamRecorder<StreamingOutputCallResponse>();
    async(way).fullDuplexCall(responses).onCompleted();

    assertThat(responses.status().isOk()).isTrue();
    assertThat(responses.messages()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void customMetadata(Way way) throws Exception {
    Metadata sent = new Metadata();
    sent.put(ECHO_INITIAL, "test_initial_metadata_value");
    sent.put(ECHO_TRAILING, new byte[] {(byte) 0xab, (byte) 0xab, (byte) 0xab});
    AtomicReference<Metadata> headers = new AtomicReference<>();
    AtomicReference<Metadata> trailers = new AtomicReference<>();
    var responses = new StreamRecorder<StreamingOutputCallResponse>();
    StreamObserver<StreamingOutputCallRequest> requests =
        async(way)
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
  void statusCodeAndMessage(Way way) throws Exception {
    StatusRuntimeException failure = unaryStatus(way, "test status message");
    assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.UNKNOWN);
    assertThat(failure.getStatus().getDescription()).isEqualTo("test status message");
    assertThat(failure.getTrailers().get(ORIGIN)).as("it is the server's own").isNull();

    var responses = new StreamRecorder<StreamingOutputCallResponse>();
    StreamObserver<StreamingOutputCallRequest> requests = async(way).fullDuplexCall(responses);
    requests.onNext(
        StreamingOutputCallRequest.newBuilder()
            .setResponseStatus(EchoStatus.newBuilder().setCode(2).setMessage("test status message"))
            .build());
    assertThat(responses.status().getDescription()).isEqualTo("test status message");
  }

  @ParameterizedTest
  @EnumSource
  void specialStatusMessage(Way way) {
    String message =
        "\t\ntest with whitespace\r\nand Unicode BMP \u263a and non-BMP \ud83d\ude08\t\n";

    assertThat(unaryStatus(way, message).getStatus().getDescription()).isEqualTo(message);
  }

  private StatusRuntimeException unaryStatus(Way way, String message) {
    SimpleRequest request =
        SimpleRequest.newBuilder()
            .setResponseStatus(EchoStatus.newBuilder().setCode(2).setMessage(message))
            .build();
    return catchThrowableOfType(
        StatusRuntimeException.class, () -> blocking(way).unaryCall(request));
  }

  @ParameterizedTest
  @EnumSource
  void unimplementedMethod(Way way) {
    StatusRuntimeException failure =
        catchThrowableOfType(
            StatusRuntimeException.class,
            () -> blocking(way).unimplementedCall(Empty.getDefaultInstance()));

    assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.UNIMPLEMENTED);
    assertThat(failure.getTrailers().get(ORIGIN)).as("the server knows its methods").isNull();
  }

  @ParameterizedTest
  @EnumSource
  void unimplementedService(Way way) {
    StatusRuntimeException failure =
        catchThrowableOfType(
            StatusRuntimeException.class,
            () ->
                UnimplementedServiceGrpc.newBlockingStub(channel(way))
                    .unimplementedCall(Empty.getDefaultInstance()));

    assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.UNIMPLEMENTED);
    assertThat(failure.getTrailers().get(ORIGIN)).isEqualTo("gateway");
  }

  @ParameterizedTest
  @EnumSource
  void cancelAfterBegin(Way way) throws Exception {
    var responses = new StreamRecorder<StreamingInputCallResponse>();
    var requests =
        (ClientCallStreamObserver<StreamingInputCallRequest>)
            async(way).streamingInputCall(responses);
    requests.cancel("changed my mind", null);

    assertThat(responses.status().getCode()).isEqualTo(Status.Code.CANCELLED);
  }

  @ParameterizedTest
  @EnumSource
  void cancelAfterFirstResponse(Way way) throws Exception {
    var responses = new StreamRecorder<StreamingOutputCallResponse>();
    var requests =
        (ClientCallStreamObserver<StreamingOutputCallRequest>) async(way).fullDuplexCall(responses);
    requests.onNext(output(31415));
    responses.first(1);
    requests.cancel("that will do", null);

    assertThat(responses.status().getCode()).isEqualTo(Status.Code.CANCELLED);
  }

  @ParameterizedTest
  @EnumSource
  void timeoutOnSleepingServer(Way way) throws Exception {
    var responses = new StreamRecorder<StreamingOutputCallResponse>();
    StreamObserver<StreamingOutputCallRequest> requests =
        TestServiceGrpc.newStub(channel(way))
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
  void halfDuplex(Way way) throws Exception {
    List<Integer> wanted = new ArrayList<>();
    var responses = new StreamRecorder<StreamingOutputCallResponse>();
    StreamObserver<StreamingOutputCallRequest> requests = async(way).halfDuplexCall(responses);
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
  void callsAtTheSameTimeKeepTheirMessages(Way way) throws Exception {
    Channel channel = channel(way);
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
