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
import dev.grpcos.proto.helloworld.HelloRequest;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests calls while another user has as much of the memory for messages as it can get. */
class MemoryReserveTest {
  private static final PeerIdentity OTHER = new PeerIdentity(4242, 4242, List.of(), 1);
  private static final String LARGE = "x".repeat(200_000);

  @AutoClose private final OpenResources open = new OpenResources();

  private static String greet(Channel channel) {
    return GreeterGrpc.newBlockingStub(channel)
        .sayHello(HelloRequest.newBuilder().setName(LARGE).build())
        .getMessage();
  }

  @Test
  void callsOfTheOwnerUseTheReserve(@TempDir Path folder) throws Exception {
    Gateway gateway =
        open.gateway(
            GatewayConfig.defaults(folder.resolve("g.sock"))
                .withLimits(Limits.DEFAULT.withMemory(64 << 20)));
    Channel others =
        gateway.channelFor(
            new SocketCaller(
                OTHER,
                new SocketAccess(
                    folder.resolve("shared.sock"),
                    new SocketRights.NarrowedRights(
                        true, Set.of(), Set.of(), List.of(new NamePattern("*")), List.of()))));
    assertThat(greet(others)).endsWith(LARGE);
    try (SocketClient client = new SocketClient(gateway.socket())) {
      MessageAccount held = gateway.account(OTHER);
      held.begin();
      held.add((62 << 20) + (64 << 10)); // of which the first 64 KiB are free

      StatusRuntimeException refused =
          catchThrowableOfType(StatusRuntimeException.class, () -> greet(others));
      assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
      assertThat(refused.getStatus().getDescription()).contains("limits.memory");
      assertThat(greet(client.channel())).endsWith(LARGE);
      assertThat(greet(OwnersSocket.channel(gateway, PeerIdentity.own()))).endsWith(LARGE);

      held.close();
      assertThat(greet(others)).endsWith(LARGE);
    }
  }
}
