package dev.grpcos.gateway.tap;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grpcos.gateway.Await;
import dev.grpcos.gateway.Gateway;
import dev.grpcos.gateway.GatewayOptions;
import dev.grpcos.gateway.OpenResources;
import dev.grpcos.gateway.OwnersSocket;
import dev.grpcos.gateway.SocketClient;
import dev.grpcos.gateway.StreamRecorder;
import dev.grpcos.gateway.config.ConfigSource;
import dev.grpcos.gateway.config.GatewayConfig;
import dev.grpcos.gateway.json.Redaction;
import dev.grpcos.gateway.peer.PeerIdentity;
import dev.grpcos.gateway.process.OwnProcess;
import dev.grpcos.proto.admin.v1.AdminGrpc;
import dev.grpcos.proto.admin.v1.CallStep;
import dev.grpcos.proto.admin.v1.CallStep.StepCase;
import dev.grpcos.proto.admin.v1.EndTapRequest;
import dev.grpcos.proto.admin.v1.TapRequest;
import dev.grpcos.proto.admin.v1.TapResponse;
import dev.grpcos.proto.helloworld.GreeterGrpc;
import dev.grpcos.proto.helloworld.HelloReply;
import dev.grpcos.proto.helloworld.HelloRequest;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TapTest {
  private static final String SECRET = "not-to-be-shown";

  @TempDir Path folder;
  @AutoClose private final OpenResources open = new OpenResources();
  private Gateway gateway;
  private SocketClient clients;

  @BeforeEach
  void start() throws Exception {
    gateway =
        open.add(
            Gateway.start(
                ConfigSource.fixed(GatewayConfig.defaults(folder.resolve("g.sock"))),
                GatewayOptions.DEFAULT));
    clients = open.add(new SocketClient(gateway.socket()));
  }

  private static HelloRequest hello(String name) {
    return HelloRequest.newBuilder().setName(name).build();
  }

  private GreeterGrpc.GreeterBlockingStub greeter() {
    return GreeterGrpc.newBlockingStub(clients.channel());
  }

  private Channel inProcess() {
    return OwnersSocket.channel(gateway, new PeerIdentity(OwnProcess.uid(), 7, List.of(), 4711));
  }

  private StreamRecorder<TapResponse> tap(TapRequest request) throws Exception {
    StreamRecorder<TapResponse> tap = new StreamRecorder<>();
    AdminGrpc.newStub(clients.channel()).tap(request, tap);
    assertThat(tap.first(1).get(0).hasOpened()).isTrue();
    return tap;
  }

  /** Ends the tap, and returns the steps that it reported. */
  private List<CallStep> end(StreamRecorder<TapResponse> tap) throws Exception {
    var unused =
        AdminGrpc.newBlockingStub(clients.channel())
            .endTap(
                EndTapRequest.newBuilder()
                    .setTap(tap.messages().get(0).getOpened().getTap())
                    .build());
    assertThat(tap.status()).isEqualTo(Status.OK);
    return steps(tap);
  }

  private static List<CallStep> steps(StreamRecorder<TapResponse> tap) {
    return tap.messages().stream().flatMap(each -> each.getStepsList().stream()).toList();
  }

  private static long lost(StreamRecorder<TapResponse> tap) {
    return tap.messages().get(tap.messages().size() - 1).getLost();
  }

  private static List<StepCase> kinds(List<CallStep> steps) {
    return steps.stream().map(CallStep::getStepCase).toList();
  }

  @Test
  void callIsReportedWithItsCallerMessagesAndStatus() throws Exception {
    StreamRecorder<TapResponse> tap = tap(TapRequest.getDefaultInstance());
    assertThat(greeter().sayHello(hello("Ada")).getMessage()).isEqualTo("Hello Ada");
    List<CallStep> steps = end(tap);

    assertThat(kinds(steps))
        .containsExactly(
            StepCase.BEGAN,
            StepCase.REQUEST,
            StepCase.HALF_CLOSED,
            StepCase.HEADERS,
            StepCase.RESPONSE,
            StepCase.ENDED);
    assertThat(steps.stream().map(CallStep::getCall).distinct()).hasSize(1);
    CallStep.Began began = steps.get(0).getBegan();
    assertThat(began.getMethod()).isEqualTo("helloworld.Greeter/SayHello");
    assertThat(began.getUid()).isEqualTo(OwnProcess.uid());
    assertThat(began.getPid()).isEqualTo(OwnProcess.pid());
    assertThat(began.getSocket()).isEqualTo("g.sock");
    assertThat(began.getRoute()).isEqualTo("local");
    assertThat(steps.get(1).getRequest().getJson()).isEqualTo("{\"name\":\"Ada\"}");
    assertThat(steps.get(4).getResponse().getJson()).isEqualTo("{\"message\":\"Hello Ada\"}");
    assertThat(steps.get(5).getEnded().getCode()).isZero();
    assertThat(steps.get(5).getMs()).isPositive();
    assertThat(lost(tap)).isZero();
  }

  @Test
  void secretsInMetadataAreNotReported() throws Exception {
    Metadata metadata = new Metadata();
    for (String key :
        List.of("authorization", "cookie", "x-api-key", "x-session-token", "set-cookie")) {
      metadata.put(Metadata.Key.of(key, Metadata.ASCII_STRING_MARSHALLER), SECRET);
    }
    metadata.put(
        Metadata.Key.of("x-token-bin", Metadata.BINARY_BYTE_MARSHALLER), SECRET.getBytes(UTF_8));
    metadata.put(Metadata.Key.of("x-shown", Metadata.ASCII_STRING_MARSHALLER), "yes");
    StreamRecorder<TapResponse> tap = tap(TapRequest.getDefaultInstance());
    for (Channel channel : List.of(clients.channel(), inProcess())) {
      var unused =
          GreeterGrpc.newBlockingStub(channel)
              .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(metadata))
              .sayHello(hello("x"));
    }
    List<CallStep> steps = end(tap);
    assertThat(steps.toString())
        .doesNotContain(SECRET)
        .doesNotContain("bm90LXRvLWJlLXNob3du")
        .contains("x-shown", Redaction.HIDDEN, "x-token-bin");
  }

  @Test
  void refusedAndUnknownCallsAreReported() throws Exception {
    StreamRecorder<TapResponse> tap = tap(TapRequest.newBuilder().addMethods("*").build());
    Channel other = OwnersSocket.channel(gateway, new PeerIdentity(4242, 1, List.of(), 2));
    assertThatThrownBy(() -> GreeterGrpc.newBlockingStub(other).sayHello(hello("x")))
        .isInstanceOf(StatusRuntimeException.class);
    ClientCall<HelloRequest, HelloReply> unknown =
        clients
            .channel()
            .newCall(
                GreeterGrpc.getSayHelloMethod().toBuilder()
                    .setFullMethodName("no.Such/Method")
                    .build(),
                CallOptions.DEFAULT);
    assertThatThrownBy(() -> io.grpc.stub.ClientCalls.futureUnaryCall(unknown, hello("x")).get())
        .hasMessageContaining("UNIMPLEMENTED");
    List<CallStep> ends =
        end(tap).stream().filter(step -> step.getStepCase() == StepCase.ENDED).toList();
    assertThat(ends)
        .extracting(step -> step.getEnded().getCode())
        .containsExactly(Status.Code.PERMISSION_DENIED.value(), Status.Code.UNIMPLEMENTED.value());
  }

  @Test
  void filtersSelectCalls() throws Exception {
    StreamRecorder<TapResponse> others =
        tap(TapRequest.newBuilder().addUids(OwnProcess.uid() + 1).build());
    StreamRecorder<TapResponse> health =
        tap(TapRequest.newBuilder().addMethods("Health/Check").build());
    StreamRecorder<TapResponse> own =
        tap(
            TapRequest.newBuilder()
                .addSockets(gateway.socket().toString())
                .addMethods("SayHello")
                .build());
    var unused = greeter().sayHello(hello("x"));
    var unusedToo =
        HealthGrpc.newBlockingStub(clients.channel())
            .check(HealthCheckRequest.getDefaultInstance());
    assertThat(end(others)).isEmpty();
    assertThat(end(health))
        .extracting(step -> step.getBegan().getMethod())
        .startsWith("grpc.health.v1.Health/Check")
        .doesNotContain("helloworld.Greeter/SayHello");
    assertThat(end(own)).hasSize(6);
  }

  @Test
  void invalidFiltersAreRefusedWithWhatThereIs() {
    assertThat(refusal(TapRequest.newBuilder().addSockets("/no/such.sock").build()))
        .contains("no socket /no/such.sock", gateway.socket().toString());
    assertThat(refusal(TapRequest.newBuilder().addUpstreams("none").build()))
        .contains("no upstream none");
    assertThat(refusal(TapRequest.newBuilder().addMethods("a b").build()))
        .contains("pattern 'a b'");
  }

  private String refusal(TapRequest request) {
    StreamRecorder<TapResponse> tap = new StreamRecorder<>();
    AdminGrpc.newStub(clients.channel()).tap(request, tap);
    try {
      Status status = tap.status();
      assertThat(status.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
      return String.valueOf(status.getDescription());
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void onlyTheOwnerAndRootMayTap() throws Exception {
    StreamRecorder<TapResponse> tap = new StreamRecorder<>();
    AdminGrpc.newStub(OwnersSocket.channel(gateway, new PeerIdentity(4242, 1, List.of(), 2)))
        .tap(TapRequest.getDefaultInstance(), tap);
    assertThat(tap.status().getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
  }

  @Test
  void largeMessageIsCut() throws Exception {
    StreamRecorder<TapResponse> tap =
        tap(TapRequest.newBuilder().setMessageBytes(1000).addMethods("SayHello").build());
    var unused = greeter().sayHello(hello("x".repeat(2000)));
    List<CallStep> steps = end(tap);
    assertThat(steps.get(1).getRequest().getCut()).isTrue();
    assertThat(steps.get(1).getRequest().getSize()).isGreaterThan(2000);
    assertThat(steps.toString()).doesNotContain("xxx");
  }

  @Test
  void tapThatDoesNotReadLosesCallsAndDelaysNone() throws Exception {
    List<ClientCall<TapRequest, TapResponse>> silent = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      ClientCall<TapRequest, TapResponse> call =
          clients.channel().newCall(AdminGrpc.getTapMethod(), CallOptions.DEFAULT);
      call.start(new ClientCall.Listener<>() {}, new Metadata());
      call.sendMessage(TapRequest.getDefaultInstance());
      call.halfClose();
      silent.add(call);
    }
    StreamRecorder<TapResponse> reading = tap(TapRequest.getDefaultInstance());
    GreeterGrpc.GreeterBlockingStub stub = greeter();
    for (int i = 0; i < 200; i++) {
      assertThat(stub.sayHello(hello("y".repeat(20_000))).getMessage()).hasSize(20_006);
    }
    List<CallStep> steps = end(reading);
    long ended = steps.stream().filter(CallStep::hasEnded).count();
    long complete =
        steps.stream().filter(step -> step.hasEnded() && !step.getEnded().getIncomplete()).count();
    assertThat(complete + lost(reading)).isEqualTo(200);
    assertThat(ended).isPositive();
    silent.forEach(call -> call.cancel("done", null));
    Await.until(
        "the thread ends",
        () ->
            Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().equals("grpcos-tap")));
  }

  @Test
  void numberOfTapsIsBounded() throws Exception {
    List<StreamRecorder<TapResponse>> taps = new ArrayList<>();
    Channel channel = inProcess();
    Context.CancellableContext caller = Context.current().withCancellation();
    for (int i = 0; i < 128 + 1; i++) {
      StreamRecorder<TapResponse> tap = new StreamRecorder<>();
      caller.run(() -> AdminGrpc.newStub(channel).tap(TapRequest.getDefaultInstance(), tap));
      taps.add(tap);
    }
    Await.until(
        "all have an answer",
        () -> taps.stream().allMatch(tap -> tap.ended() || !tap.messages().isEmpty()));
    List<StreamRecorder<TapResponse>> refused =
        taps.stream().filter(StreamRecorder::ended).toList();
    assertThat(refused).hasSize(1);
    assertThat(refused.get(0).status().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    caller.cancel(null);
  }

  @Test
  void streamIsReportedWhileItLasts() throws Exception {
    StreamRecorder<TapResponse> tap = tap(TapRequest.getDefaultInstance());
    StreamRecorder<HelloReply> replies = new StreamRecorder<>();
    StreamObserver<HelloRequest> requests =
        GreeterGrpc.newStub(inProcess()).sayHelloBidiStream(replies);
    requests.onNext(hello("a"));
    Await.until("the request", () -> kinds(steps(tap)).contains(StepCase.REQUEST));
    requests.onCompleted();
    assertThat(replies.status()).isEqualTo(Status.OK);
    assertThat(kinds(end(tap))).contains(StepCase.RESPONSE, StepCase.HALF_CLOSED, StepCase.ENDED);
  }

  @Test
  void tapEndsWithTheGateway() throws Exception {
    StreamRecorder<TapResponse> tap = tap(TapRequest.getDefaultInstance());
    gateway.shutdown();
    assertThat(tap.status().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
  }
}
