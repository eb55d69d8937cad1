package dev.grpcos.gateway.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.MethodDescriptor;
import dev.grpcos.gateway.Await;
import dev.grpcos.gateway.call.EncodedRequest;
import dev.grpcos.gateway.call.Gzip;
import dev.grpcos.gateway.call.IncomingCall;
import dev.grpcos.gateway.limit.MessageMemory;
import dev.grpcos.gateway.reflection.DescriptorIndex;
import dev.grpcos.gateway.reflection.ServedTypes;
import dev.grpcos.proto.helloworld.GreeterGrpc;
import dev.grpcos.proto.helloworld.HelloReply;
import dev.grpcos.proto.helloworld.HelloRequest;
import dev.grpcos.proto.helloworld.HelloWorldProto;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.DefaultEventExecutor;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests on which threads messages are converted, and the order of what follows them. */
@Timeout(60)
final class GrpcJsonCallTest {
  private static final int LIMIT = 1 << 20;
  private static final String LARGE = "x".repeat(100_000);

  private static final MethodDescriptor METHOD =
      HelloWorldProto.getDescriptor()
          .findServiceByName("Greeter")
          .findMethodByName("SayHelloBidiStream");

  private static final ServedTypes TYPES = new ServedTypes(new DescriptorIndex(List.of()));

  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final Queue<Runnable> work = new ArrayDeque<>();
  private boolean rejects;
  private long mostMemory = 64 << 20;
  private final MessageMemory memory = new MessageMemory(() -> mostMemory);

  private final ConnectionConversions connection =
      ConnectionConversions.of(
          channel, new SharedConverters(new WorkThreads(this::add, "too much")));

  @AfterEach
  void release() {
    channel.finishAndReleaseAll();
  }

  private void add(Runnable task) {
    if (rejects) {
      throw new RejectedExecutionException();
    }
    work.add(task);
  }

  /** Does the work that waits for other threads. */
  private void work() {
    work.remove().run();
    channel.runPendingTasks();
  }

  /** One call on the connection: what its caller and its handler receive. */
  private final class TestCall extends ServerCall<EncodedRequest, byte[]> {
    final List<String> sent = new CopyOnWriteArrayList<>();
    final List<String> handled = new CopyOnWriteArrayList<>();
    final List<Thread> senders = new CopyOnWriteArrayList<>();
    boolean ready = true;
    boolean closed;
    int requested;
    Runnable whenRequested = () -> {};
    @Nullable String description;
    private final ServerCall.Listener<EncodedRequest> requests;
    private @Nullable ServerCall<HelloRequest, HelloReply> handler;

    TestCall(ConnectionConversions conversions) {
      this(conversions, new Metadata());
    }

    TestCall(ConnectionConversions conversions, Metadata headers) {
      requests =
          GrpcJsonCall.start(
              this,
              ServerMethodDefinition.create(
                  GreeterGrpc.getSayHelloBidiStreamMethod(), (call, unused) -> handle(call)),
              new JsonCodec(METHOD, TYPES),
              conversions,
              (IncomingCall)
                  IncomingCall.factory(LIMIT, memory)
                      .newServerStreamTracer("helloworld.Greeter/SayHelloBidiStream", headers),
              headers);
    }

    private ServerCall.Listener<HelloRequest> handle(ServerCall<HelloRequest, HelloReply> call) {
      handler = call;
      return new ServerCall.Listener<>() {
        @Override
        public void onMessage(HelloRequest request) {
          handled.add(shown(request.getName()));
        }

        @Override
        public void onHalfClose() {
          handled.add("half-close");
        }

        @Override
        public void onCancel() {
          handled.add("cancel");
        }

        @Override
        public void onComplete() {
          handled.add("complete");
        }

        @Override
        public void onReady() {
          handled.add("ready");
        }
      };
    }

    ServerCall<HelloRequest, HelloReply> handler() {
      return Objects.requireNonNull(handler, "the handler's call");
    }

    void receive(String name) {
      requests.onMessage(
          new EncodedRequest(("{\"name\":\"" + name + "\"}").getBytes(UTF_8), false));
      channel.runPendingTasks();
    }

    void halfClose() {
      requests.onHalfClose();
    }

    void cancel() {
      requests.onCancel();
    }

    void complete() {
      requests.onComplete();
    }

    void respond(String message) {
      handler().sendMessage(HelloReply.newBuilder().setMessage(message).build());
      channel.runPendingTasks();
    }

    @Override
    public void request(int count) {
      requested += count;
      whenRequested.run();
    }

    @Override
    public void sendHeaders(Metadata headers) {
      sent.add("headers");
    }

    @Override
    public void sendMessage(byte[] message) {
      senders.add(Thread.currentThread());
      String json = new String(message, UTF_8);
      sent.add(shown(json.substring("{\"message\":\"".length(), json.length() - 2)));
    }

    @Override
    public void close(Status status, Metadata trailers) {
      assertThat(closed).as("closed before").isFalse();
      closed = true;
      description = status.getDescription();
      sent.add(status.getCode().name());
    }

    @Override
    public boolean isReady() {
      return ready;
    }

    @Override
    public boolean isCancelled() {
      return false;
    }

    @Override
    public io.grpc.MethodDescriptor<EncodedRequest, byte[]> getMethodDescriptor() {
      throw new UnsupportedOperationException("the handler's call has a method of its own");
    }
  }

  private static String shown(String text) {
    return text.equals(LARGE) ? "large" : text;
  }

  private TestCall call() {
    return new TestCall(connection);
  }

  @Test
  void smallMessagesAreConvertedOnTheLoop() {
    TestCall call = call();
    call.receive("a");
    call.halfClose();
    assertThat(call.handled).containsExactly("a", "half-close");

    call.handler().sendHeaders(new Metadata());
    call.respond("b");
    call.handler().close(Status.OK, new Metadata());
    assertThat(call.sent).containsExactly("headers", "b", "OK");
    assertThat(work).isEmpty();
  }

  @Test
  void otherCallsOfTheLoopDoNotWaitForALargeRequest() {
    TestCall large = call();
    large.receive(LARGE);
    assertThat(large.handled).isEmpty();

    TestCall other = call();
    other.receive("a");
    other.respond("b");
    assertThat(other.handled).containsExactly("a");
    assertThat(other.sent).containsExactly("b");

    work();
    assertThat(large.handled).containsExactly("large");
  }

  @Test
  void otherCallsOfTheLoopDoNotWaitForALargeResponse() {
    TestCall large = call();
    large.respond(LARGE);
    assertThat(large.sent).isEmpty();

    TestCall other = call();
    other.respond("b");
    assertThat(other.sent).containsExactly("b");

    work();
    assertThat(large.sent).containsExactly("large");
  }

  @Test
  void halfCloseWaitsForTheLargeRequest() {
    TestCall call = call();
    call.receive(LARGE);
    call.halfClose();
    assertThat(call.handled).isEmpty();

    work();
    assertThat(call.handled).containsExactly("large", "half-close");
  }

  @Test
  void nextRequestArrivesAfterTheConversion() {
    TestCall call = call();
    call.handler().request(2);
    call.handler().request(1);
    assertThat(call.requested).isEqualTo(1);
    call.receive(LARGE);
    call.handler().request(1);
    assertThat(call.requested).isEqualTo(1);

    work();
    assertThat(call.requested).isEqualTo(2);
    call.receive("a");
    call.receive("b");
    assertThat(call.requested).isEqualTo(4);
    call.receive("c");
    assertThat(call.requested).as("no more than the handler wants").isEqualTo(4);
    assertThat(call.handled).containsExactly("large", "a", "b", "c");

    call.handler().request(1);
    assertThat(call.requested).isEqualTo(5);
  }

  /** The transport passes on what has arrived as soon as it is asked for. */
  @Test
  void halfCloseWaitsForALargeRequestThatFollowsAnother() {
    TestCall call = call();
    call.handler().request(2);
    call.receive(LARGE);
    call.whenRequested =
        () -> {
          call.receive(LARGE);
          call.halfClose();
        };
    work();
    assertThat(call.handled).containsExactly("large");

    work();
    assertThat(call.handled).containsExactly("large", "large", "half-close");
  }

  @Test
  void cancellationDropsTheConversion() {
    TestCall call = call();
    call.receive(LARGE);
    call.respond(LARGE);
    call.handler().close(Status.OK, new Metadata());
    assertThat(memory.used()).isPositive();

    call.cancel();
    assertThat(call.handled).containsExactly("cancel");
    assertThat(memory.used()).isZero();
    while (!work.isEmpty()) {
      work();
    }
    assertThat(call.handled).containsExactly("cancel");
    assertThat(call.sent).isEmpty();
  }

  @Test
  void cancelledConversionThatRunsIsChargedUntilItsEnd() {
    TestCall call = call();
    call.receive(LARGE);
    call.halfClose();
    work.remove().run();
    call.cancel();
    assertThat(memory.used()).isPositive();

    channel.runPendingTasks();
    assertThat(memory.used()).isZero();
    assertThat(call.handled).containsExactly("cancel");
  }

  @Test
  void cancelledConversionLetsTheNextOneRun() {
    TestCall cancelled = call();
    TestCall waiting = call();
    TestCall last = call();
    cancelled.receive(LARGE);
    waiting.receive(LARGE);
    last.receive(LARGE);
    waiting.cancel();
    cancelled.cancel();
    channel.runPendingTasks();
    work.remove().run();

    work();
    assertThat(last.handled).containsExactly("large");
    assertThat(cancelled.handled).containsExactly("cancel");
    assertThat(waiting.handled).containsExactly("cancel");
  }

  @Test
  void invalidLargeRequestEndsTheCallOnce() {
    TestCall call = call();
    call.receive(LARGE + "\",");
    call.halfClose();
    call.respond(LARGE);
    work();
    assertThat(call.sent).containsExactly("INVALID_ARGUMENT");

    call.handler().close(Status.OK, new Metadata());
    call.complete();
    while (!work.isEmpty()) {
      work();
    }
    assertThat(call.sent).containsExactly("INVALID_ARGUMENT");
    assertThat(call.handled).containsExactly("cancel");
    assertThat(memory.used()).isZero();
  }

  @Test
  void requestThatFailsAfterTheEndOfTheCallIsIgnored() {
    TestCall call = call();
    call.receive(LARGE + "\",");
    call.handler().close(Status.ABORTED, new Metadata());
    work();
    call.complete();

    assertThat(call.sent).containsExactly("ABORTED");
    assertThat(call.handled).containsExactly("complete");
    assertThat(memory.used()).isZero();
  }

  @Test
  void whatFollowsALargeResponseWaits() {
    TestCall call = call();
    call.handler().sendHeaders(new Metadata());
    call.respond(LARGE);
    call.respond("a");
    call.respond(LARGE);
    call.respond("b");
    call.handler().close(Status.OK, new Metadata());
    assertThat(call.sent).containsExactly("headers");

    work();
    assertThat(call.sent).containsExactly("headers", "large", "a");
    work();
    assertThat(call.sent).containsExactly("headers", "large", "a", "large", "b", "OK");
    assertThat(call.handled).as("ready when the call has ended").isEmpty();
  }

  @Test
  void callIsNotReadyDuringTheConversionOfAResponse() {
    TestCall call = call();
    assertThat(call.handler().isReady()).isTrue();
    call.respond(LARGE);
    assertThat(call.handler().isReady()).isFalse();
    call.requests.onReady();
    assertThat(call.handled).isEmpty();

    work();
    assertThat(call.handled).containsExactly("ready");
    assertThat(call.handler().isReady()).isTrue();
  }

  @Test
  void largeResponseIsChargedUntilTheConnectionHasSentIt() {
    TestCall call = call();
    call.respond(LARGE);
    call.ready = false;
    work();
    assertThat(call.sent).containsExactly("large");
    assertThat(memory.used()).isPositive();
    assertThat(call.handled).isEmpty();

    call.ready = true;
    call.requests.onReady();
    assertThat(call.handled).containsExactly("ready");
    assertThat(memory.used()).isZero();
  }

  @Test
  void callEndsIfItsMessagesDoNotFitIntoTheMemory() {
    mostMemory = 200_000;
    TestCall request = call();
    request.receive(LARGE);
    work();
    assertThat(request.sent).containsExactly("RESOURCE_EXHAUSTED");
    assertThat(request.description).contains("limits.memory");
    request.complete();
    assertThat(request.handled).containsExactly("cancel");
    assertThat(memory.used()).isZero();

    mostMemory = 10_000;
    TestCall response = call();
    response.respond(LARGE);
    response.handler().close(Status.OK, new Metadata());
    work();
    assertThat(response.sent).containsExactly("RESOURCE_EXHAUSTED");
    assertThat(memory.used()).isZero();
  }

  @Test
  void tooMuchWorkEndsTheCall() {
    rejects = true;
    TestCall call = call();
    call.receive(LARGE);
    TestCall other = call();
    other.respond(LARGE);

    assertThat(call.sent).containsExactly("RESOURCE_EXHAUSTED");
    assertThat(other.sent).containsExactly("RESOURCE_EXHAUSTED");
    assertThat(other.description).isEqualTo("too much");
    call.complete();
    other.complete();
    assertThat(memory.used()).isZero();
  }

  @Test
  void connectionConvertsOneLargeMessageAtATime() {
    List<TestCall> calls = List.of(call(), call(), call());
    calls.forEach(call -> call.receive(LARGE));
    assertThat(work).hasSize(1);

    work();
    assertThat(work).hasSize(1);
    assertThat(calls.get(0).handled).containsExactly("large");
    assertThat(calls.get(1).handled).isEmpty();
    work();
    work();
    assertThat(calls.get(2).handled).containsExactly("large");
    assertThat(work).isEmpty();
  }

  /** A few bytes of some encodings contain a large message. */
  @Test
  void compressedRequestsAreConvertedOnAnotherThreadIfTheyMayBeLarge() {
    String padded = " ".repeat(LIMIT) + "{\"name\":\"a\"}";
    TestCall gzip = compressed("gzip", Gzip.compress(padded.getBytes(UTF_8)));
    assertThat(gzip.handled).isEmpty();
    TestCall zstd = compressed("zstd", new byte[10]);
    assertThat(zstd.sent).isEmpty();
    TestCall small = compressed("gzip", Gzip.compress("{\"name\":\"b\"}".getBytes(UTF_8)));
    assertThat(small.handled).containsExactly("b");

    work();
    assertThat(gzip.handled).containsExactly("a");
    work();
    assertThat(zstd.sent).containsExactly("INTERNAL");
  }

  private TestCall compressed(String encoding, byte[] message) {
    Metadata headers = new Metadata();
    headers.put(Metadata.Key.of("grpc-encoding", Metadata.ASCII_STRING_MARSHALLER), encoding);
    TestCall call = new TestCall(connection, headers);
    call.requests.onMessage(new EncodedRequest(message, true));
    channel.runPendingTasks();
    return call;
  }

  /** Everything is sent by the event loop, in the order of the handler. */
  @Test
  void handlerMayUseAnotherThread() throws Exception {
    EventExecutor loop = new DefaultEventExecutor();
    try {
      TestCall call =
          new TestCall(
              new ConnectionConversions(new SharedConverters(WorkThreads.converters()), loop));
      call.handler().sendHeaders(new Metadata());
      call.respond("a");
      call.respond(LARGE);
      assertThat(call.handler().isReady() && call.sent.size() < 3).isFalse();
      Await.until("the call is ready again", () -> call.handled.contains("ready"));
      loop.submit(() -> call.respond("b")).sync();
      call.respond(LARGE);
      call.handler().close(Status.OK, new Metadata());
      Await.until("the call has ended", () -> call.closed);

      assertThat(call.sent).containsExactly("headers", "a", "large", "b", "large", "OK");
      Thread sender = loop.submit(Thread::currentThread).get();
      assertThat(call.senders).containsOnly(sender);
    } finally {
      var unused = loop.shutdownGracefully(0, 0, TimeUnit.SECONDS);
    }
  }
}
