package dev.grpcos.gateway.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.gateway.SocketClient;
import dev.grpcos.gateway.StreamRecorder;
import dev.grpcos.gateway.channel.EventLoops;
import dev.grpcos.gateway.process.OwnProcess;
import io.grpc.Attributes;
import io.grpc.Grpc;
import io.grpc.HandlerRegistry;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checks the behaviour of grpc-java on which {@link PeerNegotiator} depends. */
class PeerNegotiatorTest {
  private static final Attributes.Key<String> EXTRA = Attributes.Key.create("extra");

  @Test
  void attributesOfTheConnectionReachTheCall(@TempDir Path folder) throws Exception {
    Path path = folder.resolve("s");
    var loops = new EventLoops(1, "test");
    var seen = new CompletableFuture<Attributes>();
    Server server =
        NettyServerBuilder.forAddress(
                new DomainSocketAddress(path.toString()),
                PeerNegotiator.credentials(
                    (channel, attributes) ->
                        PeerIdentity.of(channel).addTo(attributes).toBuilder()
                            .set(EXTRA, "more")
                            .build(),
                    connection -> List.of(new ChannelInboundHandlerAdapter()),
                    handler -> handler))
            .channelType(EpollServerDomainSocketChannel.class)
            .bossEventLoopGroup(loops)
            .workerEventLoopGroup(loops)
            .directExecutor()
            .fallbackHandlerRegistry(recorder(seen))
            .build()
            .start();
    try (SocketClient clients = new SocketClient(path)) {
      HealthGrpc.newStub(clients.channel())
          .check(HealthCheckRequest.getDefaultInstance(), new StreamRecorder<>());
      Attributes attributes = seen.get(60, TimeUnit.SECONDS);

      assertThat(attributes.get(PeerIdentity.ATTRIBUTE))
          .as(
              "grpc-netty no longer takes transport attributes from the ProtocolNegotiationEvent"
                  + " that PeerNegotiator changes: without them no call has a peer, and all are"
                  + " refused. Look at what ProtocolNegotiators.serverPlaintext() does now")
          .isNotNull()
          .extracting(PeerIdentity::uid)
          .isEqualTo(OwnProcess.uid());
      assertThat(attributes.get(EXTRA)).as("what the listener knows of the connection").isNotNull();
      assertThat(attributes.get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR))
          .as("grpc-netty's own attributes are gone: PeerNegotiator must add, not replace")
          .isNotNull();
    } finally {
      server.shutdownNow().awaitTermination();
      loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
    }
  }

  private static HandlerRegistry recorder(CompletableFuture<Attributes> seen) {
    return new HandlerRegistry() {
      @Override
      public ServerMethodDefinition<?, ?> lookupMethod(String method, String authority) {
        return ServerMethodDefinition.create(
            HealthGrpc.getCheckMethod(),
            (call, headers) -> {
              seen.complete(call.getAttributes());
              call.close(Status.OK, new Metadata());
              return new ServerCall.Listener<>() {};
            });
      }
    };
  }
}
