package dev.grpcos.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.cli.distribution.Distribution;
import dev.grpcos.cli.resident.Eventually;
import dev.grpcos.proto.helloworld.GreeterGrpc;
import dev.grpcos.proto.helloworld.HelloReply;
import dev.grpcos.proto.helloworld.HelloRequest;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.grpc.stub.StreamObserver;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests an upstream whose name has several addresses, from a hosts file that the gateway's JVM
 * reads.
 */
final class BalancedUpstreamIT {
  @TempDir private Path folder;
  private final List<Server> servers = new ArrayList<>();
  private final Queue<String> authorities = new ConcurrentLinkedQueue<>();

  @AfterEach
  void stop() {
    servers.forEach(Server::shutdownNow);
  }

  /** Creates a Greeter that answers with its own address. */
  private Server server(String address, int port) throws Exception {
    Server server =
        NettyServerBuilder.forAddress(new InetSocketAddress(address, port))
            .addService(
                new GreeterGrpc.GreeterImplBase() {
                  @Override
                  public void sayHello(HelloRequest request, StreamObserver<HelloReply> replies) {
                    replies.onNext(HelloReply.newBuilder().setMessage(address).build());
                    replies.onCompleted();
                  }
                })
            .addService(ProtoReflectionServiceV1.newInstance())
            .intercept(
                new ServerInterceptor() {
                  @Override
                  public <Q, R> ServerCall.Listener<Q> interceptCall(
                      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
                    authorities.add(String.valueOf(call.getAuthority()));
                    return next.startCall(call, headers);
                  }
                })
            .build()
            .start();
    servers.add(server);
    return server;
  }

  @Test
  void callsAlternateBetweenTheAddressesThatAreUp() throws Exception {
    int port = server("127.0.0.1", 0).getPort();
    Server second = server("127.0.0.2", port);
    Path hosts = folder.resolve("hosts");
    Files.writeString(hosts, "127.0.0.1 many.test\n127.0.0.2 many.test\n127.0.0.3 many.test\n");
    Path configuration =
        Files.writeString(
            folder.resolve("gateway.yaml"),
            """
            warmup: false
            upstreams:
              - name: many
                target: dns:///many.test:%d
                plaintext: true
                authority: shop.example
                services: [helloworld.Greeter]
            """
                .formatted(port));
    try (TestGateway gateway =
            TestGateway.run(
                Distribution.built(),
                folder.resolve("gateway.sock"),
                List.of("/usr/bin/env", "GRPCOS_JAVA_OPTS=-Djdk.net.hosts.file=" + hosts),
                "--config",
                configuration.toString());
        SocketChannels channels = new SocketChannels()) {
      var stub = GreeterGrpc.newBlockingStub(channels.open(gateway.socket(), 1).get(0));
      Eventually.until(
          "both have answered",
          TestGateway.SOON,
          () -> answers(stub, 10).containsAll(List.of("127.0.0.1", "127.0.0.2")));
      authorities.clear();
      // A call of the gateway's own, for reflection, takes a turn too.
      Eventually.until(
          "20 calls alternate",
          TestGateway.SOON,
          () -> answers(stub, 20).stream().filter("127.0.0.1"::equals).count() == 10);
      assertThat(authorities).containsOnly("shop.example");

      // It ends when the gateway has closed its connections.
      assertThat(second.shutdown().awaitTermination(60, TimeUnit.SECONDS)).isTrue();
      assertThat(answers(stub, 20)).containsOnly("127.0.0.1");
      Server again = server("127.0.0.2", port);
      Eventually.until(
          "the restarted server is called again",
          TestGateway.SOON,
          () -> answers(stub, 4).contains("127.0.0.2"));
      assertThat(again.isShutdown()).isFalse();
    }
  }

  private static List<String> answers(GreeterGrpc.GreeterBlockingStub stub, int count) {
    List<String> answers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      answers.add(
          stub.withDeadlineAfter(60, TimeUnit.SECONDS)
              .sayHello(HelloRequest.getDefaultInstance())
              .getMessage());
    }
    return answers;
  }
}
