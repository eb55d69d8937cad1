package dev.grpcos.cli.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.cli.command.Commands;
import dev.grpcos.cli.filter.Evaluators;
import dev.grpcos.cli.resident.WarmupLauncher;
import dev.grpcos.gateway.Gateway;
import dev.grpcos.gateway.GatewayOptions;
import dev.grpcos.gateway.config.AuditConfig;
import dev.grpcos.gateway.config.ConfigSource;
import dev.grpcos.gateway.config.GatewayConfig;
import dev.grpcos.gateway.peer.PeerIdentity;
import dev.grpcos.gateway.policy.SocketAccess;
import dev.grpcos.gateway.policy.SocketCaller;
import dev.grpcos.gateway.policy.SocketRights;
import dev.grpcos.gateway.process.OwnProcess;
import dev.grpcos.gateway.process.Versions;
import dev.grpcos.proto.admin.v1.GetStatusResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class WarmupTest {
  @TempDir Path folder;

  private final AtomicInteger commands = new AtomicInteger();
  private final AtomicInteger failed = new AtomicInteger();
  private final Commands runner = new Commands();

  @AutoClose
  private final ResidentCompanion resident =
      new ResidentCompanion(
          (arguments, invocation) -> {
            commands.incrementAndGet();
            int code = runner.run(arguments, invocation);
            failed.addAndGet(code == 0 ? 0 : 1);
            return code;
          },
          Evaluators.local());

  private Gateway start(GatewayConfig config) throws Exception {
    return Gateway.start(
        ConfigSource.fixed(config), GatewayOptions.DEFAULT.withCompanions(resident.companion()));
  }

  private GatewayConfig config() {
    return GatewayConfig.defaults(folder.resolve("g.sock"));
  }

  @Test
  void itsCommandsLeaveNoTrace() throws Exception {
    Path audit = folder.resolve("audit");
    try (Gateway gateway = start(config().withAudit(new AuditConfig(audit)))) {
      Warmup.start(gateway, resident.connections()).orElseThrow().join();
      assertThat(commands).hasPositiveValue();
      assertThat(failed).hasValue(0);
      GetStatusResponse status = status(gateway);
      assertThat(status.getCalls().getTotal()).as("the call for the status").isEqualTo(1);
      assertThat(status.getCalls().getFailed()).isZero();
    }
    assertThat(audit).content().contains("GetStatus").doesNotContain("SayHello");
  }

  @Test
  void firstRealCommandNeedsNoReflection() throws Exception {
    try (Gateway gateway = start(config())) {
      Warmup.start(gateway, resident.connections()).orElseThrow().join();
      WarmupLauncher launcher = new WarmupLauncher(gateway.socket(), Versions.read().grpcos());
      launcher.run("{}\n", List.of("call", "Greeter/SayHello"));
      assertThat(status(gateway).getCalls().getTotal())
          .as("its only call, and the call for the status")
          .isEqualTo(2);
      launcher.run("", List.of("describe", "grpc.health.v1.Health"));
      launcher.run("", List.of("describe", "google.protobuf.Timestamp"));
      assertThat(failed).as("types that the warm-up did not read").hasValue(0);
    }
  }

  private static GetStatusResponse status(Gateway gateway) {
    SocketCaller caller =
        new SocketCaller(
            new PeerIdentity(OwnProcess.uid(), 0, List.of(), (int) OwnProcess.pid()),
            new SocketAccess(gateway.socket(), SocketRights.OWNER));
    return new AdminClient(gateway.channelFor(caller)).status();
  }

  @Test
  void configurationTurnsItOff() throws Exception {
    try (Gateway gateway = start(config().withWarmup(false))) {
      assertThat(Warmup.start(gateway, resident.connections())).isEqualTo(Optional.empty());
    }
  }
}
