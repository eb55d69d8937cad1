package dev.grpcos.cli.resident;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.grpcos.cli.connection.Connections;
import dev.grpcos.cli.failure.OwnProcessRequiredException;
import dev.grpcos.cli.filter.Evaluators;
import dev.grpcos.cli.invocation.CommandRunner;
import dev.grpcos.cli.invocation.StreamKind;
import dev.grpcos.gateway.config.Limits;
import dev.grpcos.gateway.limit.UserShares;
import dev.grpcos.gateway.peer.PeerIdentity;
import dev.grpcos.gateway.policy.SocketAccess;
import dev.grpcos.gateway.policy.SocketCaller;
import dev.grpcos.gateway.policy.SocketRights;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class ResidentTest {
  private static final int UID = 1000;

  private final SocketCaller caller =
      at(SocketRights.OWNER, new PeerIdentity(UID, UID, List.of(), 0));
  private final Connections none = new UnusedConnections();
  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final Outbox outbox = new Outbox(channel);
  private final LauncherInvocation invocation =
      new LauncherInvocation(
          new Hello(
              StreamKind.PIPE,
              StreamKind.PIPE,
              StreamKind.PIPE,
              0,
              "/",
              List.of(),
              0,
              Map.of(),
              ByteString.EMPTY,
              -1),
          Path.of("/"),
          UID,
          Path.of("/run/g.sock"),
          none,
          new FilterPlace(Evaluators.local(), null),
          outbox);

  private static SocketCaller at(SocketRights rights, PeerIdentity peer) {
    return new SocketCaller(peer, new SocketAccess(Path.of("/run/g.sock"), rights));
  }

  @Test
  void commandsAreReservedForTheOwnersSocket() {
    UserShares commands = new UserShares(() -> Limits.DEFAULT, limits -> 8);
    try (Resident resident =
        new Resident(
            (arguments, unused) -> 0, any -> none, Evaluators.local(), "1", commands, commands)) {
      SocketCaller narrowed = at(SocketRights.NONE, PeerIdentity.own());
      for (int i = 0; i < 7; i++) {
        assertThat(resident.takePermit(narrowed)).isTrue();
      }

      assertThat(resident.takePermit(narrowed)).isFalse();
      assertThat(resident.takePermit(at(SocketRights.OWNER, PeerIdentity.own()))).isTrue();
    }
  }

  @Test
  void commandWhoseThreadCannotBeStartedGoesToAProcessAndReturnsItsPermit() {
    UserShares commands = new UserShares(() -> Limits.DEFAULT, limits -> 1);
    try (Resident resident =
        new Resident(
            (arguments, unused) -> 0,
            any -> none,
            Evaluators.local(),
            "1",
            commands,
            commands,
            task -> {
              throw new OutOfMemoryError("unable to create native thread");
            })) {
      assertThat(resident.takePermit(caller)).isTrue();

      resident.run(List.of(), invocation, outbox);
      channel.runPendingTasks();

      ByteBuf sent = channel.readOutbound();
      assertThat(sent.readByte()).isEqualTo(Protocol.COLD);
      sent.release();
      assertThat(commands.sum()).isZero();
    }
  }

  /** A user whose command has ended may start the next one at once. */
  @Test
  void placeOfACommandIsFreeBeforeItsLauncherEnds() {
    UserShares commands = new UserShares(() -> Limits.DEFAULT, limits -> 1);
    AtomicInteger taken = new AtomicInteger(-1);
    EmbeddedChannel observed =
        new EmbeddedChannel() {
          @Override
          public ByteBufAllocator alloc() {
            taken.set(commands.sum()); // the answer is written
            return super.alloc();
          }
        };
    for (CommandRunner runner :
        List.<CommandRunner>of(
            (arguments, unused) -> 0,
            (arguments, unused) -> {
              throw new IllegalStateException("made for a test");
            },
            (arguments, unused) -> {
              throw new OwnProcessRequiredException("made for a test");
            })) {
      try (Resident resident =
          new Resident(runner, any -> none, Evaluators.local(), "1", commands, commands)) {
        assertThat(resident.takePermit(caller)).isTrue();

        resident.run(List.of(), invocation, new Outbox(observed));
      }
      assertThat(taken.getAndSet(-1)).isZero();
    }
  }
}
