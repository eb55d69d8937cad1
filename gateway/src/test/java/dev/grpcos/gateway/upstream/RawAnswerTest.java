package dev.grpcos.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.grpcos.gateway.Await;
import dev.grpcos.gateway.OpenResources;
import dev.grpcos.gateway.RawHttp2;
import dev.grpcos.gateway.RawHttp2.Frame;
import dev.grpcos.gateway.StreamRecorder;
import dev.grpcos.gateway.upstream.RawUpstream.FrameHandler;
import dev.grpcos.gateway.upstream.RawUpstream.Point;
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
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests unusual answers: refused calls and excessive metadata. */
@Timeout(180)
class RawAnswerTest {
  /** The ways in which a server reports that it has not processed a call. */
  enum RefusalFrame {
    RESET {
      @Override
      void refuse(RawHttp2 http, int stream) throws IOException {
        http.frame(RawHttp2.RST_STREAM, 0, stream, new byte[] {0, 0, 0, REFUSED_STREAM});
      }
    },
    GOING_AWAY {
      @Override
      void refuse(RawHttp2 http, int stream) throws IOException {
        goAway(http, 0);
      }
    };

    abstract void refuse(RawHttp2 http, int stream) throws IOException;
  }

  private static final Metadata.Key<String> ORIGIN =
      Metadata.Key.of("grpcos-origin", Metadata.ASCII_STRING_MARSHALLER);
  private static final byte REFUSED_STREAM = 7;

  @TempDir private Path folder;
  @AutoClose private final OpenResources open = new OpenResources();

  /** The received requests, as {@code CALL: NAME}. */
  private final List<String> received = new CopyOnWriteArrayList<>();

  @SuppressWarnings("NullAway.Init") // each test begins with gateway()
  private Channel channel;

  private static void goAway(RawHttp2 http, int last) throws IOException {
    http.frame(RawHttp2.GOAWAY, 0, 0, ByteBuffer.allocate(8).putInt(last).array());
  }

  private static boolean endsRequest(Frame frame) {
    return (frame.flags() & RawHttp2.END_STREAM) != 0;
  }

  /** Starts a gateway with a Greeter server that gives this answer. */
  private RawUpstream gateway(FrameHandler answer) throws Exception {
    Path socket = folder.resolve("u.sock");
    RawUpstream upstream =
        new RawUpstream(
            RawUpstream.listen(socket),
            (http, frame, call) -> {
              note(frame, call);
              return answer.to(http, frame, call);
            });
    open.add(upstream);
    channel = open.connect(RawUpstream.gateway(folder, socket));
    return upstream;
  }

  private void note(Frame frame, int call) throws IOException {
    ByteBuffer data = frame.payload();
    if (frame.type() != RawHttp2.DATA || data.remaining() > 100) {
      return;
    }
    while (data.hasRemaining()) {
      byte[] message = new byte[data.position(data.position() + 1).getInt()];
      data.get(message);
      received.add(call + ": " + HelloRequest.parseFrom(message).getName());
    }
  }

  private static HelloRequest request(String name) {
    return HelloRequest.newBuilder().setName(name).build();
  }

  private String hello(String name) {
    return GreeterGrpc.newBlockingStub(channel)
        .withDeadlineAfter(60, TimeUnit.SECONDS)
        .sayHello(request(name))
        .getMessage();
  }

  private void assertUnavailable(String name) {
    assertThat(failure(name).getCode()).isEqualTo(Status.Code.UNAVAILABLE);
  }

  /** Returns the status of the call from the gateway. */
  private Status failure(String name) {
    StatusRuntimeException failure =
        catchThrowableOfType(StatusRuntimeException.class, () -> hello(name));
    assertThat(failure.getStatus().getDescription()).startsWith("upstream raw (").hasLineCount(1);
    assertThat(failure.getTrailers().get(ORIGIN)).isEqualTo("gateway");
    return failure.getStatus();
  }

  @ParameterizedTest
  @EnumSource
  void refusedCallIsRepeated(RefusalFrame refusal) throws Exception {
    gateway(
        (http, frame, call) -> {
          if (endsRequest(frame) && call == 1) {
            refusal.refuse(http, frame.stream());
          } else if (endsRequest(frame)) {
            RawUpstream.greet(http, frame.stream());
          }
          return true;
        });

    assertThat(hello("you")).isEqualTo("hello");
    assertThat(received).containsExactly("1: you", "2: you");
  }

  @ParameterizedTest
  @EnumSource
  void callThatIsRefusedTwiceIsUnavailable(RefusalFrame refusal) throws Exception {
    RawUpstream upstream =
        gateway(
            (http, frame, call) -> {
              if (frame.type() == RawHttp2.HEADERS) {
                refusal.refuse(http, frame.stream());
              }
              return true;
            });

    assertUnavailable("you");
    assertThat(upstream.calls).hasValue(2);
  }

  @ParameterizedTest
  @EnumSource
  void streamWithOneRequestIsRepeated(RefusalFrame refusal) throws Exception {
    gateway(
        (http, frame, call) -> {
          if (frame.type() == RawHttp2.DATA) {
            if (call == 1) {
              refusal.refuse(http, frame.stream());
            } else if (endsRequest(frame)) {
              RawUpstream.end(http, frame.stream());
            } else if (received.size() == 2) {
              RawUpstream.begin(http, frame.stream(), Point.MESSAGE);
            }
          }
          return true;
        });
    var replies = new StreamRecorder<HelloReply>();
    StreamObserver<HelloRequest> requests = converse(replies);
    requests.onNext(request("one"));
    assertThat(replies.first(1).get(0).getMessage()).isEqualTo("hello");
    requests.onNext(request("two"));
    requests.onNext(request("three"));
    requests.onCompleted();

    assertThat(replies.status()).isEqualTo(Status.OK);
    assertThat(received).containsExactly("1: one", "2: one", "2: two", "2: three");
  }

  private StreamObserver<HelloRequest> converse(StreamObserver<HelloReply> replies) {
    return GreeterGrpc.newStub(channel)
        .withDeadlineAfter(60, TimeUnit.SECONDS)
        .sayHelloBidiStream(replies);
  }

  @Test
  void streamWithTwoRequestsIsNotRepeated() throws Exception {
    RawUpstream upstream =
        gateway(
            (http, frame, call) -> {
              if (received.size() == 2) {
                RefusalFrame.RESET.refuse(http, frame.stream());
              }
              return true;
            });
    var replies = new StreamRecorder<HelloReply>();
    StreamObserver<HelloRequest> requests = converse(replies);
    requests.onNext(request("one"));
    requests.onNext(request("two"));

    assertThat(replies.status().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(upstream.calls).hasValue(1);
  }

  @Test
  void answeredCallIsNotRepeated() throws Exception {
    RawUpstream upstream =
        gateway(
            (http, frame, call) -> {
              if (endsRequest(frame)) {
                RawUpstream.begin(http, frame.stream(), Point.HEADERS);
                RefusalFrame.RESET.refuse(http, frame.stream());
              }
              return true;
            });

    assertUnavailable("you");
    assertThat(upstream.calls).hasValue(1);
  }

  @Test
  void callThatTheServerMayHaveProcessedIsNotRepeated() throws Exception {
    RawUpstream upstream = gateway((http, frame, call) -> !endsRequest(frame));

    assertUnavailable("you");
    assertThat(upstream.calls).hasValue(1);
  }

  @Test
  void largeRequestIsNotKeptForRepetition() throws Exception {
    RawUpstream upstream =
        gateway(
            (http, frame, call) -> {
              if (frame.type() == RawHttp2.DATA) {
                RefusalFrame.RESET.refuse(http, frame.stream());
              }
              return true;
            });

    assertUnavailable("x".repeat(2 << 20));
    assertThat(upstream.calls).hasValue(1);
  }

  /** The server accepts one call at a time, so that the second waits in the gateway. */
  @Test
  void unsentCallUsesTheNextConnection() throws Exception {
    record Busy(RawHttp2 connection, int stream) {}
    CompletableFuture<Busy> busy = new CompletableFuture<>();
    gateway(
        (http, frame, call) -> {
          if (endsRequest(frame)) {
            if (call == 1) {
              http.frame(RawHttp2.SETTINGS, 0, 0, new byte[] {0, 3, 0, 0, 0, 1});
            }
            if (call == 2) {
              busy.complete(new Busy(http, frame.stream()));
            } else {
              RawUpstream.greet(http, frame.stream());
            }
          }
          return true;
        });
    // The answer of the server comes after its settings.
    hello("zero");
    var one = new StreamRecorder<HelloReply>();
    var stub = GreeterGrpc.newStub(channel).withDeadlineAfter(60, TimeUnit.SECONDS);
    stub.sayHello(request("one"), one);
    Busy first = busy.get(60, TimeUnit.SECONDS);
    var two = new StreamRecorder<HelloReply>();
    stub.sayHello(request("two"), two);
    var admin = AdminGrpc.newBlockingStub(channel);
    Await.until(
        "both calls are in the gateway, and this one",
        () -> admin.getStatus(GetStatusRequest.getDefaultInstance()).getCalls().getInFlight() == 3);
    goAway(first.connection(), first.stream());

    assertThat(two.status()).isEqualTo(Status.OK);
    RawUpstream.greet(first.connection(), first.stream());
    assertThat(one.status()).isEqualTo(Status.OK);
    assertThat(received).containsExactly("1: zero", "2: one", "3: two");
  }

  /** An upstream may send 1 MiB. HTTP/2 adds 32 bytes for each field. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void metadataOverTheLimitIsReported(boolean trailers) throws Exception {
    gateway(
        (http, frame, call) -> {
          if (endsRequest(frame) && call == 1) {
            if (trailers) {
              RawUpstream.begin(http, frame.stream(), Point.MESSAGE);
            }
            RawUpstream.flood(http, frame.stream(), trailers, 9000);
          } else if (endsRequest(frame)) {
            RawUpstream.greet(http, frame.stream());
          }
          return true;
        });

    Status failure = failure("you");
    assertThat(failure.getCode()).isEqualTo(Status.Code.INTERNAL);
    assertThat(failure.getDescription())
        .endsWith(": answered with more metadata than grpcos accepts");
    assertThat(hello("me")).isEqualTo("hello");
  }
}
