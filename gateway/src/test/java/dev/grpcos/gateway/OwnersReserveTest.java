package dev.grpcos.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.grpcos.gateway.config.GatewayConfig;
import dev.grpcos.gateway.config.Limits;
import dev.grpcos.gateway.config.NamePattern;
import dev.grpcos.gateway.limit.MessageAccount;
import dev.grpcos.gateway.peer.PeerIdentity;
import dev.grpcos.gateway.policy.SocketAccess;
import dev.grpcos.gateway.policy.SocketCaller;
import dev.grpcos.gateway.policy.SocketRights;
import dev.grpcos.proto.helloworld.GreeterGrpc;
import dev.grpcos.proto.helloworld.HelloReply;
import dev.grpcos.proto.helloworld.HelloRequest;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the owner's calls while other callers have as much of a limit as they can get. */
class OwnersReserveTest {
  private static final PeerIdentity OTHER = new PeerIdentity(4242, 4242, List.of(), 1);
  private static final String LARGE = "x".repeat(200_000);

  @AutoClose private final OpenResources open = new OpenResources();
  @TempDir private Path folder;

  private static String greet(Channel channel, String name) {
    return GreeterGrpc.newBlockingStub(channel)
        .sayHello(HelloRequest.newBuilder().setName(name).build())
        .getMessage();
  }

  private static String refusal(Channel channel, String name) {
    StatusRuntimeException refused =
        catchThrowableOfType(StatusRuntimeException.class, () -> greet(channel, name));
    assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    return refused.getStatus().getDescription();
  }

  private Gateway gateway(Limits limits) throws Exception {
    return open.gateway(
        GatewayConfig.defaults(folder.resolve("g.sock")).withLimits(limits.withShare(100)));
  }

  /** Returns another user, and the gateway's user, at a socket that allows all methods. */
  private List<SocketCaller> others() {
    SocketAccess shared =
        new SocketAccess(
            folder.resolve("shared.sock"),
            new SocketRights.NarrowedRights(
                true, Set.of(), Set.of(), List.of(new NamePattern("*")), List.of()));
    return List.of(new SocketCaller(OTHER, shared), new SocketCaller(PeerIdentity.own(), shared));
  }

  @Test
  void memoryIsReservedForTheOwnersSocket() throws Exception {
    Gateway gateway = gateway(Limits.DEFAULT.withMemory(64 << 20));
    try (SocketClient client = new SocketClient(gateway.socket())) {
      for (SocketCaller caller : others()) {
        Channel other = gateway.channelFor(caller);
        assertThat(greet(other, LARGE)).endsWith(LARGE);
        MessageAccount held = gateway.account(caller);
        held.begin();
        held.add((62 << 20) + (64 << 10)); // of which the first 64 KiB are free

        assertThat(refusal(other, LARGE)).contains("limits.memory");
        assertThat(greet(client.channel(), LARGE)).endsWith(LARGE);
        assertThat(greet(OwnersSocket.channel(gateway, PeerIdentity.own()), LARGE)).endsWith(LARGE);

        held.close();
        assertThat(greet(other, LARGE)).endsWith(LARGE);
      }
    }
  }

  @Test
  void callsAreReservedForTheOwnersSocket() throws Exception {
    for (SocketCaller caller : others()) {
      // Calls of one caller may still be counted when those of the next begin.
      try (Gateway gateway = gateway(Limits.DEFAULT.withCalls(8));
          SocketClient client = new SocketClient(gateway.socket())) {
        Channel other = gateway.channelFor(caller);
        List<StreamObserver<HelloRequest>> calls = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
          StreamRecorder<HelloReply> replies = new StreamRecorder<>();
          calls.add(GreeterGrpc.newStub(other).sayHelloBidiStream(replies));
          calls.get(i).onNext(GatewayTest.hello("open"));
          replies.first(1);
        }
        assertThat(refusal(other, "x")).contains("reserved", "limits.calls");
        assertThat(greet(client.channel(), "x")).endsWith("x");
        calls.forEach(StreamObserver::onCompleted);
        Await.until("calls make room", () -> greets(other));
      }
    }
  }

  private static boolean greets(Channel channel) {
    try {
      return greet(channel, "x").endsWith("x");
    } catch (StatusRuntimeException e) {
      return false;
    }
  }
}
