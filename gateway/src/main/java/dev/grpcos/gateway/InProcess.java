package dev.grpcos.gateway;

import dev.grpcos.gateway.call.CallGate;
import dev.grpcos.gateway.call.DeadlineTimers;
import dev.grpcos.gateway.call.MessageLimits;
import dev.grpcos.gateway.config.Limits;
import dev.grpcos.gateway.peer.InProcessPeer;
import dev.grpcos.gateway.peer.PeerIdentity;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Function;

/** The way to the gateway's services from within its process. Safe for use by any thread. */
final class InProcess {
  private final CallGate gate = new CallGate();
  private final DeadlineTimers timers = new DeadlineTimers();
  private final Server server;
  private final ManagedChannel channel;

  /** A way that leads nowhere before {@link #start}; the server is what this function makes. */
  InProcess(Limits limits, Function<ServerBuilder<?>, Server> services) {
    String name = InProcessServerBuilder.generateName();
    server =
        services.apply(
            InProcessServerBuilder.forName(name)
                .directExecutor()
                .scheduledExecutorService(timers.service()));
    channel =
        InProcessChannelBuilder.forName(name)
            .directExecutor()
            .scheduledExecutorService(timers.service())
            .overrideAuthority("localhost")
            .maxInboundMetadataSize(limits.metadata())
            .intercept(new MessageLimits(limits.message()), gate)
            .build();
  }

  void start() throws IOException {
    server.start();
  }

  /** A channel whose calls are this caller's. */
  Channel channelFor(PeerIdentity caller) {
    return ClientInterceptors.intercept(channel, InProcessPeer.caller(caller));
  }

  /** Refuses further calls; those under way go on. */
  void close() throws InterruptedException {
    gate.close();
  }

  /** Waits until no call is under way; false if the time is over before. */
  boolean awaitIdle(Duration time) throws InterruptedException {
    return gate.awaitIdle(time);
  }

  /** Refuses further calls, and ends those under way. */
  void cancel() throws InterruptedException {
    gate.close();
    gate.cancel();
    channel.shutdownNow();
  }

  /** Ends the server, once no call is under way. */
  void end() {
    channel.shutdownNow();
    server.shutdownNow();
    timers.close();
  }
}
