package dev.grpcos.gateway.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.MethodDescriptor;
import dev.grpcos.gateway.call.EncodedRequest;
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
import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/**
 * A connection whose large messages are converted when a test does the work. The timeout bounds
 * waits for other threads.
 */
@Timeout(60)
abstract class GrpcJsonCallFixture {
  static final int LIMIT = 1 << 20;
  static final String LARGE = "x".repeat(100_000);

  private static final MethodDescriptor METHOD =
      HelloWorldProto.getDescriptor()
          .findServiceByName("Greeter")
          .findMethodByName("SayHelloBidiStream");

  private static final ServedTypes TYPES = new ServedTypes(new DescriptorIndex(List.of()));

  final EmbeddedChannel channel = new EmbeddedChannel();
  final Queue<Runnable> work = new ArrayDeque<>();
  boolean rejects;
  long mostMemory = 64 << 20;
  final MessageMemory memory = new MessageMemory(() -> mostMemory);

  final ConnectionConversions connection =
      ConnectionConversions.of(
          channel, new SharedConverters(new WorkThreads(this::add, "too much")));

  @AfterEach
  final void release() {
    channel.finishAndReleaseAll();
  }

  private void add(Runnable task) {
    if (rejects) {
      throw new RejectedExecutionException();
    }
    work.add(task);
  }

  /** Does the work that waits for other threads. */
  void work() {
    work.remove().run();
    channel.runPendingTasks();
  }

  /** One call on the connection: what its caller and its handler receive. */
  final class TestCall extends ServerCall<EncodedRequest, byte[]> {
    final List<String> sent = new CopyOnWriteArrayList<>();
    final List<String> handled = new CopyOnWriteArrayList<>();
    final List<Thread> senders = new CopyOnWriteArrayList<>();
    boolean ready = true;
    boolean closed;
    int requested;
    Runnable whenRequested = () -> {};
    @Nullable String description;
    final ServerCall.Listener<EncodedRequest> requests;
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

  TestCall call() {
    return new TestCall(connection);
  }
}
