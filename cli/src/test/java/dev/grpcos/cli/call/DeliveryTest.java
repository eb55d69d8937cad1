package dev.grpcos.cli.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.cli.connection.Retries;
import dev.grpcos.proto.helloworld.GreeterGrpc;
import dev.grpcos.proto.helloworld.HelloReply;
import dev.grpcos.proto.helloworld.HelloRequest;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.StreamObserver;
import java.util.Iterator;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests retries with a server that fails its first calls. */
@Timeout(180)
final class DeliveryTest {
  private static final Metadata.Key<String> TENANT =
      Metadata.Key.of("tenant", Metadata.ASCII_STRING_MARSHALLER);

  private final AtomicInteger calls = new AtomicInteger();
  private final Queue<String> tenants = new ConcurrentLinkedQueue<>();
  private Server server;
  private ManagedChannel channel;
  private int failures;
  private Status failure = Status.UNAVAILABLE;

  @BeforeEach
  void start() throws Exception {
    String name = InProcessServerBuilder.generateName();
    server =
        InProcessServerBuilder.forName(name)
            .addService(new CountingGreeter())
            .intercept(new AttemptCounter())
            .build()
            .start();
    channel = InProcessChannelBuilder.forName(name).build();
  }

  @AfterEach
  void stop() {
    channel.shutdownNow();
    server.shutdownNow();
  }

  private final class AttemptCounter implements ServerInterceptor {
    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
      calls.incrementAndGet();
      tenants.add(String.valueOf(headers.get(TENANT)));
      return next.startCall(call, headers);
    }
  }

  private final class CountingGreeter extends GreeterGrpc.GreeterImplBase {
    @Override
    public void sayHello(HelloRequest request, StreamObserver<HelloReply> replies) {
      if (calls.get() <= failures) {
        replies.onError(failure.asException());
      } else {
        replies.onNext(HelloReply.newBuilder().setMessage(request.getName()).build());
        replies.onCompleted();
      }
    }

    /** Fails after the first response. */
    @Override
    public void sayHelloStreamReply(HelloRequest request, StreamObserver<HelloReply> replies) {
      replies.onNext(HelloReply.newBuilder().setMessage("first").build());
      replies.onError(failure.asException());
    }
  }

  private GreeterGrpc.GreeterBlockingStub stub(int times, boolean idempotent) {
    return GreeterGrpc.newBlockingStub(
        ClientInterceptors.intercept(
            channel, new Delivery(false, 1 << 20, new Retries(times, idempotent))));
  }

  private static Status.@Nullable Code code(Runnable call) {
    try {
      call.run();
      return null;
    } catch (StatusRuntimeException e) {
      return e.getStatus().getCode();
    }
  }

  private Status.@Nullable Code hello(int times, boolean idempotent) {
    return code(
        () -> assertThat(stub(times, idempotent).sayHello(named("x")).getMessage()).isEqualTo("x"));
  }

  private static HelloRequest named(String name) {
    return HelloRequest.newBuilder().setName(name).build();
  }

  @Test
  void unavailableIsRetriedUpToTheGivenNumber() {
    failures = 2;
    assertThat(hello(2, false)).isNull();
    assertThat(calls).hasValue(3);
    calls.set(0);
    assertThat(hello(1, false)).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(calls).hasValue(2);
  }

  @Test
  void withoutRetriesThereIsOneAttempt() {
    failures = 1;
    assertThat(hello(0, true)).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(calls).hasValue(1);
  }

  @Test
  void abortedIsRetriedOnlyIfTheMethodIsIdempotent() {
    failure = Status.ABORTED;
    failures = 1;
    assertThat(hello(3, false)).isEqualTo(Status.Code.ABORTED);
    assertThat(calls).hasValue(1);
    calls.set(0);
    assertThat(hello(3, true)).isNull();
    assertThat(calls).hasValue(2);
  }

  @Test
  void otherCodesAreNotRetried() {
    failure = Status.INTERNAL;
    failures = 1;
    assertThat(hello(3, true)).isEqualTo(Status.Code.INTERNAL);
    assertThat(calls).hasValue(1);
  }

  @Test
  void callWithAResponseIsNotRetried() {
    Iterator<HelloReply> replies = stub(3, true).sayHelloStreamReply(named("x"));
    assertThat(replies.next().getMessage()).isEqualTo("first");
    assertThat(code(() -> assertThat(replies.hasNext()).isFalse()))
        .isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(calls).hasValue(1);
  }

  /**
   * The shortest pause is 50 ms. The status of the attempt is more informative than that of the
   * deadline.
   */
  @Test
  void noRetryIsMadeIfTheDeadlineLeavesNoTime() {
    failures = 9;
    stub(0, false).sayHelloStreamReply(named("warms up")).next();
    calls.set(0);
    GreeterGrpc.GreeterBlockingStub brief =
        stub(9, false).withDeadlineAfter(49, TimeUnit.MILLISECONDS);
    Status.Code code = code(() -> brief.sayHello(named("x")));
    // on a busy machine, the deadline may pass before the first attempt
    assertThat(code).isIn(Status.Code.UNAVAILABLE, Status.Code.DEADLINE_EXCEEDED);
    assertThat(calls.get()).isLessThanOrEqualTo(1);
  }

  @Test
  void everyAttemptSendsTheSameHeaders() {
    failures = 1;
    Metadata headers = new Metadata();
    headers.put(TENANT, "acme");
    var stub =
        stub(1, false)
            .withInterceptors(io.grpc.stub.MetadataUtils.newAttachHeadersInterceptor(headers));
    assertThat(stub.sayHello(named("x")).getMessage()).isEqualTo("x");
    assertThat(tenants).containsExactly("acme", "acme");
  }
}
