package dev.grpcos.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.gateway.Await;
import dev.grpcos.gateway.StreamRecorder;
import dev.grpcos.gateway.config.CredentialsConfig;
import dev.grpcos.gateway.config.Limits;
import dev.grpcos.gateway.config.RetryConfig;
import dev.grpcos.gateway.config.SecretSource;
import dev.grpcos.proto.admin.v1.Upstream;
import dev.grpcos.proto.helloworld.GreeterGrpc;
import dev.grpcos.proto.helloworld.HelloReply;
import dev.grpcos.proto.helloworld.HelloRequest;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Tests calls of an upstream, and its failures. */
@Execution(ExecutionMode.CONCURRENT)
final class UpstreamTest extends UpstreamFixture {
  @Test
  void endToEndMetadataPassesAndHopMetadataDoesNot() throws Exception {
    gateway(server("u", greeter("u")).config("u"));
    awaitService("u");
    Metadata sent = new Metadata();
    sent.put(key("x-twice"), "1");
    sent.put(key("x-twice"), "2");
    sent.put(Metadata.Key.of("x-bin", Metadata.BINARY_BYTE_MARSHALLER), new byte[] {0, -1});
    sent.put(Metadata.Key.of("grpc-trace-bin", Metadata.BINARY_BYTE_MARSHALLER), new byte[] {7});
    sent.put(key("authorization"), "Bearer mine");
    sent.put(key("grpc-previous-rpc-attempts"), "3");
    sent.put(key("proxy-authorization"), "secret");
    String ignored =
        GreeterGrpc.newBlockingStub(channel)
            .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(sent))
            .sayHello(YOU)
            .getMessage();

    Metadata came = received.take();
    assertThat(came.getAll(key("x-twice"))).containsExactly("1", "2");
    assertThat(came.get(Metadata.Key.of("x-bin", Metadata.BINARY_BYTE_MARSHALLER)))
        .containsExactly(0, -1);
    assertThat(came.get(Metadata.Key.of("grpc-trace-bin", Metadata.BINARY_BYTE_MARSHALLER)))
        .containsExactly(7);
    assertThat(came.get(key("authorization"))).isEqualTo("Bearer mine");
    assertThat(came.get(key("user-agent"))).startsWith("grpcos/").contains("grpc-java-netty");
    assertThat(came.keys()).doesNotContain("grpc-previous-rpc-attempts", "proxy-authorization");
    assertThat(ignored).isEqualTo("u: you");
  }

  @Test
  void errorDetailsPassUnchanged() throws Exception {
    Metadata.Key<byte[]> details =
        Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER);
    ServerServiceDefinition failing =
        new GreeterGrpc.GreeterImplBase() {
          @Override
          public void sayHello(HelloRequest request, StreamObserver<HelloReply> responses) {
            Metadata trailers = new Metadata();
            trailers.put(details, new byte[] {8, 5});
            trailers.put(key("x-own"), "1");
            responses.onError(
                Status.NOT_FOUND.withDescription("no such greeting").asException(trailers));
          }
        }.bindService();
    gateway(server("u", failing, reflection()).config("u"));
    Await.until("it is offered", () -> gateway.generation() > 1);

    StatusRuntimeException failure = failure();
    assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.NOT_FOUND);
    assertThat(failure.getStatus().getDescription()).isEqualTo("no such greeting");
    assertThat(failure.getTrailers().get(details)).containsExactly(8, 5);
    assertThat(failure.getTrailers().get(key("x-own"))).isEqualTo("1");
    assertThat(failure.getTrailers().get(ORIGIN)).isNull();
  }

  @Test
  void killedUpstreamIsUnavailableUntilItRunsAgain() throws Exception {
    TestServer server = server("u", greeter("u"));
    gateway(server.config("billing"));
    awaitService("u");
    assertThat(health("billing")).isEqualTo(ServingStatus.SERVING);
    for (int round = 0; round < 3; round++) {
      server.kill();
      StatusRuntimeException failure = failure();
      assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
      assertThat(failure.getStatus().getDescription())
          .startsWith("upstream billing (unix:" + folder.resolve("u.sock") + "): ");
      assertThat(failure.getTrailers().get(ORIGIN)).isEqualTo("gateway");
      Await.until("health reports it", () -> health("billing") == ServingStatus.NOT_SERVING);
      assertThat(health("helloworld.Greeter")).isEqualTo(ServingStatus.NOT_SERVING);
      assertThat(status().getState()).isEqualTo(Upstream.State.FAILING);
      assertThat(status().getLastError()).isNotEmpty();

      server.start();
      assertThat(hello()).isEqualTo("u: you");
      Await.until("health reports it", () -> health("billing") == ServingStatus.SERVING);
      assertThat(status().getLastError()).isEmpty();
    }
  }

  /** Many parallel calls share an attempt to connect, while more calls start. */
  @Test
  void everyCallToAServerThatIsDownIsUnavailable() throws Exception {
    TestServer server = server("u", greeter("u"));
    gateway(server.config("u"));
    awaitService("u");
    server.kill();
    var replies = new ArrayList<StreamRecorder<HelloReply>>();
    for (int round = 0; round < 8; round++) {
      for (int i = 0; i < 10; i++) {
        var reply = new StreamRecorder<HelloReply>();
        replies.add(reply);
        GreeterGrpc.newStub(channel).withDeadlineAfter(60, TimeUnit.SECONDS).sayHello(YOU, reply);
      }
      assertThat(failure().getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    }
    for (StreamRecorder<HelloReply> reply : replies) {
      assertThat(reply.status().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    }
  }

  @Test
  void servicesOfAnUpstreamThatIsDownAreCached() throws Exception {
    TestServer server = server("u", greeter("u"));
    gateway(server.config("u"));
    awaitService("u");
    Await.until("it is cached", () -> status().getServices() == 1);
    gateway.close();
    server.kill();

    gateway(server.config("u"));
    assertThat(failure().getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(status().getServices()).isEqualTo(1);
  }

  @Test
  void silentUpstreamTimesOut() throws Exception {
    Path silent = folder.resolve("silent.sock");
    try (ServerSocketChannel listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      listening.bind(UnixDomainSocketAddress.of(silent));
      gateway(
          TestServer.withServices(
              TestServer.withConnectTimeout(
                  TestServer.config("mute", "unix:" + silent), Duration.ofSeconds(2)),
              "acme.*"));

      StatusRuntimeException failure = callUnknown("acme.Silent/Method");
      assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
      assertThat(failure.getStatus().getDescription())
          .contains("upstream mute", "no answer within 2s");
      Await.until("the status reports it", () -> status().getState() == Upstream.State.FAILING);
    }
  }

  @Test
  void configuredDeadlineEndsACallAndNamesTheUpstream() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch cancelled = new CountDownLatch(1);
    ServerServiceDefinition hanging =
        new GreeterGrpc.GreeterImplBase() {
          @Override
          public void sayHello(HelloRequest request, StreamObserver<HelloReply> responses) {
            ((ServerCallStreamObserver<HelloReply>) responses)
                .setOnCancelHandler(cancelled::countDown);
            begun.countDown();
          }
        }.bindService();
    gateway(
        TestServer.withDeadline(
            server("u", hanging, reflection()).config("u"), Duration.ofMillis(300)));
    Await.until("it is offered", () -> gateway.generation() > 1);

    Await.until(
        "a call reaches the upstream before its deadline",
        () -> {
          StatusRuntimeException failure = failure();
          assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
          assertThat(failure.getStatus().getDescription())
              .startsWith("upstream u (")
              .endsWith("no answer before the deadline");
          assertThat(failure.getTrailers().get(ORIGIN)).isEqualTo("gateway");
          return begun.getCount() == 0;
        });
    assertThat(cancelled.await(60, TimeUnit.SECONDS))
        .as("the upstream's call is cancelled")
        .isTrue();
  }

  @Test
  void cancellationOfTheCallerReachesTheUpstream() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch cancelled = new CountDownLatch(1);
    ServerServiceDefinition hanging =
        new GreeterGrpc.GreeterImplBase() {
          @Override
          public void sayHello(HelloRequest request, StreamObserver<HelloReply> responses) {
            ((ServerCallStreamObserver<HelloReply>) responses)
                .setOnCancelHandler(cancelled::countDown);
            begun.countDown();
          }
        }.bindService();
    gateway(server("u", hanging, reflection()).config("u"));
    Await.until("it is offered", () -> gateway.generation() > 1);
    ClientCall<HelloRequest, HelloReply> call =
        channel.newCall(GreeterGrpc.getSayHelloMethod(), CallOptions.DEFAULT);
    call.start(new ClientCall.Listener<>() {}, new Metadata());
    call.sendMessage(YOU);
    call.halfClose();
    assertThat(begun.await(60, TimeUnit.SECONDS)).isTrue();
    call.cancel("changed my mind", null);

    assertThat(cancelled.await(60, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void responsesForACallerThatDoesNotReadAreNotRead() throws Exception {
    AtomicInteger sent = new AtomicInteger();
    HelloReply large = HelloReply.newBuilder().setMessage("x".repeat(1 << 20)).build();
    ServerServiceDefinition flood =
        new GreeterGrpc.GreeterImplBase() {
          @Override
          public void sayHelloStreamReply(
              HelloRequest request, StreamObserver<HelloReply> observer) {
            var responses = (ServerCallStreamObserver<HelloReply>) observer;
            responses.setOnReadyHandler(
                () -> {
                  while (responses.isReady() && sent.get() < 1000) {
                    sent.incrementAndGet();
                    responses.onNext(large);
                  }
                });
            responses.setOnCancelHandler(() -> {});
          }
        }.bindService();
    gateway(server("u", flood, reflection()).config("u"));
    Await.until("it is offered", () -> gateway.generation() > 1);
    ClientCall<HelloRequest, HelloReply> call =
        channel.newCall(GreeterGrpc.getSayHelloStreamReplyMethod(), CallOptions.DEFAULT);
    call.start(new ClientCall.Listener<>() {}, new Metadata());
    call.request(1);
    call.sendMessage(YOU);
    call.halfClose();
    Await.until("the stream has begun", () -> sent.get() > 1);
    // In transit: two messages in the gateway, and the windows of two connections.
    Await.until(
        "the upstream has stopped",
        () -> {
          int before = sent.get();
          for (int others = 0; others < 200; others++) {
            health("");
          }
          return before == sent.get();
        });

    assertThat(sent.get()).isLessThan(16);
    call.cancel("enough", null);
  }

  @Test
  void responseOverTheLimitIsResourceExhausted() throws Exception {
    ServerServiceDefinition large =
        new GreeterGrpc.GreeterImplBase() {
          @Override
          public void sayHello(HelloRequest request, StreamObserver<HelloReply> responses) {
            responses.onNext(HelloReply.newBuilder().setMessage("x".repeat(2 << 20)).build());
            responses.onCompleted();
          }
        }.bindService();
    gateway(Limits.DEFAULT.withMessage(1 << 20), server("u", large, reflection()).config("u"));
    Await.until("it is offered", () -> gateway.generation() > 1);

    StatusRuntimeException failure = failure();
    assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(failure.getStatus().getDescription()).startsWith("upstream u (");
  }

  @Test
  void tokenReplacesTheCallersTokenAndIsReadAgain() throws Exception {
    Path token = Files.writeString(folder.resolve("token"), "first\n");
    gateway(
        TestServer.withCredentials(
            server("u", greeter("u")).config("u"),
            CredentialsConfig.bearer(new SecretSource.OfFile(token))));
    awaitService("u");
    Metadata own = new Metadata();
    own.put(key("authorization"), "Bearer mine");
    var stub =
        GreeterGrpc.newBlockingStub(channel)
            .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(own));
    assertThat(stub.sayHello(YOU).getMessage()).isEqualTo("u: you");
    assertThat(received.take().getAll(key("authorization"))).containsExactly("Bearer first");

    Path next = Files.writeString(folder.resolve("token.new"), "second\n");
    Files.move(next, token, StandardCopyOption.ATOMIC_MOVE);
    Await.until(
        "the new token is sent",
        () -> {
          hello();
          return "Bearer second".equals(received.take().get(key("authorization")));
        });
  }

  @Test
  void callWithoutTokenIsUnauthenticated() throws Exception {
    gateway(
        TestServer.withServices(
            TestServer.withCredentials(
                server("u", greeter("u")).config("u"),
                CredentialsConfig.bearer(
                    new SecretSource.OfCommand(
                        List.of("/bin/sh", "-c", "echo no ticket >&2; exit 3"),
                        Duration.ofMinutes(5)))),
            "acme.*"));

    StatusRuntimeException failure = callUnknown("acme.Rocket/Launch");
    assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
    assertThat(failure.getStatus().getDescription())
        .startsWith("upstream u (")
        .endsWith("token command /bin/sh exited with 3: no ticket");
  }

  @Test
  void unavailableCallIsRepeatedIfRetriesAreConfigured() throws Exception {
    AtomicInteger attempts = new AtomicInteger();
    ServerServiceDefinition flaky =
        new GreeterGrpc.GreeterImplBase() {
          @Override
          public void sayHello(HelloRequest request, StreamObserver<HelloReply> responses) {
            if (attempts.incrementAndGet() < 3) {
              responses.onError(Status.UNAVAILABLE.withDescription("not now").asException());
            } else {
              responses.onNext(HelloReply.newBuilder().setMessage("at last").build());
              responses.onCompleted();
            }
          }
        }.bindService();
    gateway(
        TestServer.withRetry(
            server("u", flaky, reflection()).config("u"),
            new RetryConfig(3, Duration.ofMillis(10), Duration.ofMillis(50))));
    Await.until("it is offered", () -> gateway.generation() > 1);

    assertThat(hello()).isEqualTo("at last");
    assertThat(attempts).hasValue(3);
  }
}
