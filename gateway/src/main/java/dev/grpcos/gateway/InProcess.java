package dev.grpcos.gateway;

import dev.grpcos.gateway.call.AdmissionOnly;
import dev.grpcos.gateway.call.CallGate;
import dev.grpcos.gateway.call.DeadlineTimers;
import dev.grpcos.gateway.call.MessageLimits;
import dev.grpcos.gateway.call.Refusal;
import dev.grpcos.gateway.config.Limits;
import dev.grpcos.gateway.peer.InProcessPeer;
import dev.grpcos.gateway.policy.DeniedCalls;
import dev.grpcos.gateway.policy.SocketCaller;
import io.grpc.Attributes;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.Status;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Function;

/** The in-process transport to the gateway's services. Safe for use by any thread. */
final class InProcess {
  private final CallGate gate = new CallGate();
  private final DeadlineTimers timers = new DeadlineTimers();
  private final DeniedCalls deniedCalls;
  private final Server server;
  private final ManagedChannel channel;

  /** Creates a transport, which is not started yet; the function creates its server. */
  InProcess(Limits limits, DeniedCalls deniedCalls, Function<ServerBuilder<?>, Server> services) {
    this.deniedCalls = deniedCalls;
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

  /** Returns a channel whose calls have this caller's identity. */
  Channel channelFor(SocketCaller caller) {
    return ClientInterceptors.intercept(
        channel,
        InProcessPeer.caller(caller.addTo(Attributes.EMPTY)),
        deniedCalls.interceptor(caller));
  }

  /** Returns a channel whose calls have this caller's identity, and end when they are admitted. */
  Channel admissionFor(SocketCaller caller, Status end) {
    return ClientInterceptors.intercept(
        channel, InProcessPeer.caller(caller.addTo(AdmissionOnly.endingWith(end))));
  }

  /** Rejects further calls; calls in flight continue. */
  void close() throws InterruptedException {
    gate.close();
  }

  /** Waits until no call is in flight; returns false if the time expires first. */
  boolean awaitIdle(Duration time) throws InterruptedException {
    return gate.awaitIdle(time);
  }

  /** Rejects further calls, and cancels those in flight. */
  void cancel() throws InterruptedException {
    gate.close();
    gate.cancel();
    deniedCalls.stopping(Refusal.STOPPING);
    channel.shutdownNow();
  }

  /** Ends the server; called when no call is in flight. */
  void end() {
    channel.shutdownNow();
    server.shutdownNow();
    timers.close();
  }
}
