package dev.grpcos.gateway.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grpcos.gateway.channel.EventLoops;
import dev.grpcos.gateway.limit.MessageMemory;
import dev.grpcos.proto.helloworld.GreeterGrpc;
import dev.grpcos.proto.helloworld.HelloReply;
import dev.grpcos.proto.helloworld.HelloRequest;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import io.netty.channel.EventLoopGroup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class InvalidCallsTest {
  private static final MethodDescriptor<HelloRequest, HelloReply> METHOD =
      GreeterGrpc.getSayHelloMethod();

  private final EventLoopGroup loops = new EventLoops(1, "test");
  private final OpenCalls open = new OpenCalls(loops);
  private final ClosedCall call = new ClosedCall();

  @AfterEach
  void stop() {
    loops.shutdownGracefully(0, 10, TimeUnit.SECONDS).syncUninterruptibly();
  }

  /** Starts the call on the event loop, as the transport does. */
  private void start(ServerCallHandler<HelloRequest, HelloReply> handler) throws Exception {
    start(call, handler);
  }

  private ServerCall.Listener<HelloRequest> start(
      ServerCall<HelloRequest, HelloReply> call,
      ServerCallHandler<HelloRequest, HelloReply> handler)
      throws Exception {
    Metadata headers = new Metadata();
    headers.put(
        Metadata.Key.of("content-type", Metadata.ASCII_STRING_MARSHALLER), "application/grpc");
    Context context =
        IncomingCall.factory(1 << 20, new MessageMemory(() -> 1 << 20))
            .newServerStreamTracer(METHOD.getFullMethodName(), headers)
            .filterContext(Context.ROOT);
    return loops
        .submit(
            () -> context.call(() -> new InvalidCalls(open).interceptCall(call, headers, handler)))
        .get(60, TimeUnit.SECONDS);
  }

  @Test
  void callIsOpenAfterItsStart() throws Exception {
    start((started, headers) -> new ServerCall.Listener<>() {});

    open.end(Status.UNAVAILABLE, Duration.ofSeconds(20));

    assertThat(call.statuses).containsExactly(Status.UNAVAILABLE);
  }

  @Test
  void callWhoseStartFailsIsNotOpen() {
    assertThatThrownBy(
            () ->
                start(
                    (started, headers) -> {
                      throw new IllegalStateException("broken");
                    }))
        .hasRootCauseMessage("broken");

    open.end(Status.UNAVAILABLE, Duration.ofSeconds(20));

    assertThat(call.statuses).isEmpty();
  }

  @Test
  void endedCallsAreNotOpen() throws Exception {
    List<ClosedCall> calls = new ArrayList<>();
    List<ServerCall.Listener<HelloRequest>> listeners = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      ClosedCall each = new ClosedCall();
      calls.add(each);
      listeners.add(start(each, (started, headers) -> new ServerCall.Listener<>() {}));
    }

    for (int i : List.of(1, 4, 0)) {
      loops.submit(() -> listeners.get(i).onComplete()).get(60, TimeUnit.SECONDS);
    }
    open.end(Status.UNAVAILABLE, Duration.ofSeconds(20));

    assertThat(calls).extracting(each -> each.statuses.size()).containsExactly(0, 0, 1, 1, 0);
  }

  @Test
  void callThatItsHandlerClosesAtTheSameTimeDoesNotKeepOthersOpen() throws Exception {
    ServerCall<HelloRequest, HelloReply> closing =
        new StubCall<>(METHOD) {
          @Override
          public void close(Status status, Metadata trailers) {
            throw new IllegalStateException("call already closed"); // as that of grpc-java
          }
        };
    start(closing, (started, headers) -> new ServerCall.Listener<>() {});
    start((started, headers) -> new ServerCall.Listener<>() {});

    open.end(Status.UNAVAILABLE, Duration.ofSeconds(20));

    assertThat(call.statuses).containsExactly(Status.UNAVAILABLE);
  }

  /** A call that records the statuses with which it is closed. */
  private static final class ClosedCall extends StubCall<HelloRequest, HelloReply> {
    private final List<Status> statuses = new ArrayList<>();

    ClosedCall() {
      super(METHOD);
    }

    @Override
    public void close(Status status, Metadata trailers) {
      statuses.add(status);
    }
  }
}
