package dev.grpcos.gateway;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.grpcos.gateway.RawHttp2.Frame;
import dev.grpcos.gateway.config.Limits;
import dev.grpcos.gateway.limit.UserShares;
import dev.grpcos.proto.admin.v1.AdminGrpc;
import dev.grpcos.proto.admin.v1.GetStatusRequest;
import dev.grpcos.proto.helloworld.GreeterGrpc;
import dev.grpcos.proto.helloworld.HelloReply;
import dev.grpcos.proto.helloworld.HelloRequest;
import io.grpc.Channel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests the limits of connections and calls, in number and time. */
final class ConnectionLimitsTest extends AbuseFixture {
  private static final Metadata.Key<String> ORIGIN =
      Metadata.Key.of("grpcos-origin", Metadata.ASCII_STRING_MARSHALLER);

  @Test
  void idleConnectionIsClosed() throws Exception {
    start(Limits.DEFAULT.withIdle(Duration.ofSeconds(1)));
    try (RawHttp2 connection = new RawHttp2(path).preface()) {
      assertThat(connection.next(RawHttp2.GOAWAY)).isNotNull();
    }
  }

  @Test
  void singleRequestThatDoesNotArriveEndsItsCall() throws Exception {
    start(Limits.DEFAULT.withRequestWait(Duration.ofMillis(400)));
    try (RawHttp2 connection = new RawHttp2(path)) {
      connection.buffer();
      connection.preface().headers(1, "helloworld.Greeter/SayHelloBidiStream");
      connection.headers(3, SAY_HELLO);
      connection.frame(RawHttp2.DATA, 0, 3, new byte[] {0, 0, 0});
      connection.flush();

      Frame end = frame(connection, RawHttp2.HEADERS);
      assertThat(end.stream()).isEqualTo(3);
      assertThat(new String(end.payload().array(), US_ASCII)).contains("request_wait");
      connection.frame(RawHttp2.DATA, 0, 1, new byte[] {0, 0, 0, 0, 0});
      assertThat(frame(connection, RawHttp2.DATA).stream()).as("the stream continues").isEqualTo(1);
    }
  }

  @Test
  void slowRequestThatArrivesAtTheLeastRateGoesOn() throws Exception {
    start(Limits.DEFAULT.withRequestWait(Duration.ofSeconds(1)));
    byte[] request = HelloRequest.newBuilder().setName("x".repeat(60_000)).build().toByteArray();
    byte[] message =
        ByteBuffer.allocate(5 + request.length)
            .put((byte) 0)
            .putInt(request.length)
            .put(request)
            .array();
    int[] parts = {0, 15_000, 30_000, 45_000, 60_000, message.length};
    try (RawHttp2 connection = new RawHttp2(path).preface()) {
      connection.headers(1, SAY_HELLO);
      for (int i = 0; i + 2 < parts.length; i++) {
        connection.frame(RawHttp2.DATA, 0, 1, Arrays.copyOfRange(message, parts[i], parts[i + 1]));
      }
      connection.headers(3, SAY_HELLO);
      assertThat(frame(connection, RawHttp2.HEADERS).stream()).as("the later call").isEqualTo(3);

      connection.frame(
          RawHttp2.DATA, RawHttp2.END_STREAM, 1, Arrays.copyOfRange(message, parts[4], parts[5]));
      assertThat(frame(connection, RawHttp2.DATA).stream()).isEqualTo(1);
    }
  }

  @Test
  void requestThatStallsAfterManyBytesEndsItsCall() throws Exception {
    start(Limits.DEFAULT.withRequestWait(Duration.ofMillis(400)));
    try (RawHttp2 connection = new RawHttp2(path)) {
      connection.buffer();
      connection.preface().headers(1, SAY_HELLO);
      for (int i = 0; i < 16; i++) {
        byte[] part = new byte[16_000];
        part[1] = (byte) (i == 0 ? 0x01 : 0); // a message of 16 MiB
        connection.frame(RawHttp2.DATA, 0, 1, part);
      }
      connection.flush();

      Frame end = frame(connection, RawHttp2.HEADERS);
      assertThat(end.stream()).isEqualTo(1);
      assertThat(new String(end.payload().array(), US_ASCII)).contains("request_wait");
    }
  }

  @Test
  void connectionWithoutACallIsClosed() throws Exception {
    start(Limits.DEFAULT.withRequestWait(Duration.ofMillis(300)));
    try (RawHttp2 silent = new RawHttp2(path).preface();
        RawHttp2 calling = new RawHttp2(path)) {
      calling.buffer();
      calling.preface().headers(1, "helloworld.Greeter/SayHelloBidiStream");
      calling.flush();
      assertEnds(silent);
      calling.frame(RawHttp2.DATA, 0, 1, new byte[] {0, 0, 0, 0, 0});
      assertThat(frame(calling, RawHttp2.DATA).stream()).isEqualTo(1);
    }
  }

  @Test
  void connectionWhoseHeadersDoNotArriveIsClosed() throws Exception {
    start(Limits.DEFAULT.withRequestWait(Duration.ofMillis(300)));
    try (RawHttp2 first = new RawHttp2(path).preface();
        RawHttp2 unended = new RawHttp2(path).preface();
        RawHttp2 later = new RawHttp2(path)) {
      byte[] frame = {0, 0, 100, RawHttp2.HEADERS, RawHttp2.END_HEADERS, 0, 0, 0, 1, 0};
      first.send(frame);
      unended.frame(RawHttp2.HEADERS, 0, 1, new byte[0]);
      later.buffer();
      later.preface().headers(1, "helloworld.Greeter/SayHelloBidiStream");
      later.flush();
      later.frame(RawHttp2.DATA, 0, 1, new byte[] {0, 0, 0, 0, 0});
      assertThat(frame(later, RawHttp2.DATA).stream()).isEqualTo(1);
      later.frame(RawHttp2.HEADERS, 0, 3, new byte[0]);

      assertEnds(first);
      assertEnds(unended);
      assertEnds(later);
    }
  }

  @Test
  void callOnASurplusConnectionIsResourceExhausted() throws Exception {
    start(Limits.DEFAULT.withConnections(2));
    assertAnswers(clients.channel());
    assertAnswers(clients.channel());
    Channel surplus = clients.channel();

    StatusRuntimeException failure = failureOn(surplus);
    assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(failure.getStatus().getDescription())
        .isEqualTo("the gateway has 2 connections, its limit; try again later");
    assertThat(failure.getTrailers().get(ORIGIN)).isEqualTo("gateway");

    // The gateway's user can still look at it, until even the reserved connections are used.
    assertThat(
            AdminGrpc.newBlockingStub(surplus)
                .getStatus(GetStatusRequest.getDefaultInstance())
                .getCalls()
                .getConnections())
        .isEqualTo(3);
    List<RawHttp2> held = new ArrayList<>();
    for (int i = 0; i < UserShares.MOST_RESERVED; i++) {
      held.add(new RawHttp2(path).preface());
    }
    try (RawHttp2 closed = new RawHttp2(path)) {
      assertEnds(closed);
    }
    for (RawHttp2 each : held) {
      each.close();
    }
  }

  @Test
  void closedConnectionsMakeRoom() throws Exception {
    start(Limits.DEFAULT.withConnections(1));
    for (int round = 0; round < 5; round++) {
      Await.until(
          "there is room",
          () -> {
            try (SocketClient client = new SocketClient(path)) {
              return answers(client.channel());
            }
          });
    }
  }

  @Test
  void callAboveTheLimitIsResourceExhausted() throws Exception {
    start(Limits.DEFAULT.withCalls(2));
    Channel channel = clients.channel();
    List<StreamObserver<HelloRequest>> open = List.of(openCall(channel), openCall(channel));

    StatusRuntimeException failure = failureOn(channel);
    assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(failure.getStatus().getDescription())
        .isEqualTo("the gateway has 2 calls in flight, its limit; try again later");
    open.forEach(StreamObserver::onCompleted);
    Await.until("calls make room", () -> answers(channel));
  }

  private static StreamObserver<HelloRequest> openCall(Channel channel) throws Exception {
    var replies = new StreamRecorder<HelloReply>();
    var requests = GreeterGrpc.newStub(channel).sayHelloBidiStream(replies);
    requests.onNext(GatewayTest.hello("open"));
    replies.first(1);
    return requests;
  }

  private static boolean answers(Channel channel) {
    try {
      assertAnswers(channel);
      return true;
    } catch (StatusRuntimeException e) {
      assertThat(e.getStatus().getCode())
          .isIn(Status.Code.RESOURCE_EXHAUSTED, Status.Code.UNAVAILABLE);
      return false;
    }
  }

  private static StatusRuntimeException failureOn(Channel channel) {
    return catchThrowableOfType(
        StatusRuntimeException.class,
        () -> GreeterGrpc.newBlockingStub(channel).sayHello(GatewayTest.hello("x")));
  }
}
