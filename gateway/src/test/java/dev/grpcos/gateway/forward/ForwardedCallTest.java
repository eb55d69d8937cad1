package dev.grpcos.gateway.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grpcos.gateway.call.EncodedMessage;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ClientInterceptors;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.HandlerRegistry;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Server;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Tests calls that are forwarded between two in-process servers, from threads other than the
 * loop's.
 */
@Timeout(180)
final class ForwardedCallTest {
  private static final MethodDescriptor<byte[], byte[]> ECHO = method("test.Service/Echo");
  private static final MethodDescriptor<byte[], byte[]> HANG = method("test.Service/Hang");
  private static final MethodDescriptor<byte[], byte[]> REFUSE = method("test.Service/Refuse");

  private final EventLoop loop = new DefaultEventLoop();
  private final Set<Thread> used = ConcurrentHashMap.newKeySet();
  private final CompletableFuture<Void> hanging = new CompletableFuture<>();
  private final CompletableFuture<Void> cancelled = new CompletableFuture<>();
  private final CompletableFuture<Void> unauthenticated = new CompletableFuture<>();
  private final CompletableFuture<Consumer<Destination.Authorization>> asked =
      new CompletableFuture<>();
  private volatile boolean authorizes;
  private final String name = InProcessServerBuilder.generateName();
  private final Server upstream =
      InProcessServerBuilder.forName(name)
          .directExecutor()
          .addService(
              ServerServiceDefinition.builder("test.Service")
                  .addMethod(ECHO, ServerCalls.asyncUnaryCall(ForwardedCallTest::echo))
                  .addMethod(HANG, ServerCalls.asyncUnaryCall(this::hang))
                  .addMethod(REFUSE, ServerCalls.asyncUnaryCall(ForwardedCallTest::refuse))
                  .build())
          .build();
  private final ManagedChannel toUpstream =
      InProcessChannelBuilder.forName(name).directExecutor().build();

  private final String front = InProcessServerBuilder.generateName();
  private final Server gateway =
      InProcessServerBuilder.forName(front)
          .directExecutor()
          .fallbackHandlerRegistry(new Forwarded(new Forwarder(new ToUpstream())))
          .build();
  private final ManagedChannel channel =
      InProcessChannelBuilder.forName(front).directExecutor().build();

  @BeforeEach
  void start() throws IOException {
    upstream.start();
    gateway.start();
  }

  @AfterEach
  void stop() {
    channel.shutdownNow();
    gateway.shutdownNow();
    toUpstream.shutdownNow();
    upstream.shutdownNow();
    loop.shutdownGracefully(0, 0, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  @Test
  void callOfAnotherThreadUsesTheServersCallOnlyOnItsLoop() throws Exception {
    for (int i = 0; i < 100; i++) {
      byte[] request = ("request " + i).getBytes(StandardCharsets.UTF_8);
      assertThat(ClientCalls.blockingUnaryCall(channel, ECHO, CallOptions.DEFAULT, request))
          .isEqualTo(request);
    }
    assertThat(used).containsExactly(loop.submit(Thread::currentThread).get());
  }

  @Test
  void cancellationReachesTheServer() throws Exception {
    var response =
        ClientCalls.futureUnaryCall(channel.newCall(HANG, CallOptions.DEFAULT), new byte[] {1});
    hanging.get();
    response.cancel(true);
    cancelled.get();
    assertThat(used).containsExactly(loop.submit(Thread::currentThread).get());
  }

  @Test
  void callThatIsCancelledBeforeItsCredentialsArriveNeverStarts() throws Exception {
    authorizes = true;
    var response =
        ClientCalls.futureUnaryCall(channel.newCall(ECHO, CallOptions.DEFAULT), new byte[] {1});
    Consumer<Destination.Authorization> credentials = asked.get();
    response.cancel(true);
    loop.submit(() -> {}).get();
    credentials.accept(
        new Destination.Authorization(AddedHeaders.of("authorization", "Bearer x"), Status.OK));
    loop.submit(() -> {}).get();
    loop.submit(() -> {}).get();
    assertThat(used).isEmpty();
  }

  /**
   * A caller may wait for a lock in a callback while another of its threads has the lock and sends.
   */
  @Test
  void callerMayHoldALockWhileItSends() throws Exception {
    toUpstream.shutdownNow();
    Object lock = new Object();
    CompletableFuture<Status> end = new CompletableFuture<>();
    ClientCall<byte[], byte[]> call = channel.newCall(ECHO, CallOptions.DEFAULT);
    synchronized (lock) {
      call.start(
          new ClientCall.Listener<>() {
            @Override
            public void onClose(Status status, Metadata trailers) {
              synchronized (lock) {
                end.complete(status);
              }
            }
          },
          new Metadata());
      call.request(1);
      call.sendMessage(new byte[] {1});
      call.halfClose();
    }
    assertThat(end.get().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(end.get().getDescription()).startsWith("upstream test: ");
  }

  @Test
  void callerGetsTheStatusOfTheServer() {
    MethodDescriptor<byte[], byte[]> unknown = method("test.Service/Unknown");
    assertThatThrownBy(
            () -> ClientCalls.blockingUnaryCall(channel, unknown, CallOptions.DEFAULT, new byte[0]))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNIMPLEMENTED));
  }

  @Test
  void destinationLearnsThatTheServerRefusedTheCredentials() throws Exception {
    assertThatThrownBy(
            () -> ClientCalls.blockingUnaryCall(channel, REFUSE, CallOptions.DEFAULT, new byte[0]))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(e.getStatus().getDescription()).isEqualTo("revoked"));
    unauthenticated.get();
  }

  private static void refuse(byte[] request, StreamObserver<byte[]> responses) {
    responses.onError(Status.UNAUTHENTICATED.withDescription("revoked").asException());
  }

  private static void echo(byte[] request, StreamObserver<byte[]> responses) {
    responses.onNext(request);
    responses.onCompleted();
  }

  private void hang(byte[] request, StreamObserver<byte[]> responses) {
    ((ServerCallStreamObserver<byte[]>) responses)
        .setOnCancelHandler(() -> cancelled.complete(null));
    hanging.complete(null);
  }

  private static MethodDescriptor<byte[], byte[]> method(String name) {
    return MethodDescriptor.newBuilder(EncodedMessage.MARSHALLER, EncodedMessage.MARSHALLER)
        .setType(MethodType.UNARY)
        .setFullMethodName(name)
        .build();
  }

  private static final class Forwarded extends HandlerRegistry {
    private final Forwarder forwarder;

    Forwarded(Forwarder forwarder) {
      this.forwarder = forwarder;
    }

    @Override
    public ServerMethodDefinition<?, ?> lookupMethod(String method, @Nullable String authority) {
      return forwarder.method(method);
    }
  }

  /** A destination whose lane records the threads that use its calls. */
  private final class ToUpstream implements Destination {
    @Override
    public Status explain(Status status) {
      return status.withDescription("upstream test: " + status.getDescription());
    }

    @Override
    public Status unreached() {
      return Status.UNAVAILABLE;
    }

    @Override
    public Duration connectTimeout() {
      return Duration.ofSeconds(5);
    }

    @Override
    public Lane lane() {
      Channel noting =
          ClientInterceptors.intercept(
              toUpstream,
              new ClientInterceptor() {
                @Override
                public <Q, R> ClientCall<Q, R> interceptCall(
                    MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
                  return new NotingCall<>(next.newCall(method, options));
                }
              });
      return new Lane(loop, noting, false);
    }

    @Override
    public long pause(Lane lane) {
      return 0;
    }

    @Override
    public @Nullable Duration deadline() {
      return null;
    }

    @Override
    public boolean authorizes() {
      return authorizes;
    }

    @Override
    public void failed(Status status) {}

    @Override
    public void unauthenticated() {
      unauthenticated.complete(null);
    }

    @Override
    public void authorize(Consumer<Authorization> then) {
      asked.complete(then);
    }
  }

  private final class NotingCall<Q, R> extends SimpleForwardingClientCall<Q, R> {
    NotingCall(ClientCall<Q, R> call) {
      super(call);
    }

    @Override
    public void start(Listener<R> listener, Metadata headers) {
      used.add(Thread.currentThread());
      super.start(listener, headers);
    }

    @Override
    public void request(int count) {
      used.add(Thread.currentThread());
      super.request(count);
    }

    @Override
    public void sendMessage(Q message) {
      used.add(Thread.currentThread());
      super.sendMessage(message);
    }

    @Override
    public void halfClose() {
      used.add(Thread.currentThread());
      super.halfClose();
    }

    @Override
    public void cancel(@Nullable String message, @Nullable Throwable cause) {
      used.add(Thread.currentThread());
      super.cancel(message, cause);
    }
  }
}
