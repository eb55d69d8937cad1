package dev.grpcos.cli.inprocess;

import dev.grpcos.cli.connection.Connections;
import dev.grpcos.cli.connection.GatewayConnections;
import dev.grpcos.cli.daemon.GatewayProcess;
import dev.grpcos.cli.resident.Eventually;
import dev.grpcos.gateway.Gateway;
import dev.grpcos.gateway.GatewayOptions;
import dev.grpcos.gateway.config.ConfigFile;
import dev.grpcos.gateway.config.ConfigSource;
import dev.grpcos.gateway.config.GatewayConfig;
import dev.grpcos.gateway.peer.PeerIdentity;
import dev.grpcos.gateway.policy.SocketAccess;
import dev.grpcos.gateway.policy.SocketCaller;
import dev.grpcos.gateway.policy.SocketRights;
import dev.grpcos.gateway.process.OwnProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A gateway in the test JVM, on a real socket. Closing it cancels the commands that were started
 * through it.
 */
public final class InProcessGateway implements AutoCloseable {
  /** Long, because the machine may be busy. */
  public static final Duration SOON = Duration.ofMinutes(2);

  private final Gateway gateway;
  private final GatewayConnections lent;
  private final List<InProcessRun> started = new CopyOnWriteArrayList<>();

  private InProcessGateway(Gateway gateway) {
    this.gateway = gateway;
    this.lent = new GatewayConnections(gateway);
  }

  /** Starts a gateway with the built-in configuration. */
  public static InProcessGateway start(Path socket) throws Exception {
    return start(() -> GatewayConfig.defaults(socket));
  }

  /** Starts a gateway with the configuration in a file, which a reload reads again. */
  public static InProcessGateway start(Path socket, Path configuration) throws Exception {
    return start(() -> ConfigFile.read(configuration, socket, Map.of()));
  }

  private static InProcessGateway start(ConfigSource source) throws Exception {
    TestInstallation.use();
    return new InProcessGateway(
        Gateway.start(
            source, GatewayOptions.DEFAULT.withInstallation(GatewayProcess.installation())));
  }

  public Path socket() {
    return gateway.socket();
  }

  /** Returns a command with these arguments, which finds this gateway. */
  public InProcessCommand grpcos(String... arguments) {
    return grpcos(List.of(arguments));
  }

  /** Returns a command with these arguments, which finds this gateway. */
  public InProcessCommand grpcos(List<String> arguments) {
    return new InProcessCommand(arguments)
        .with("GRPCOS_SOCKET", socket().toString())
        .lending(lent());
  }

  /** Returns the connections that its resident provides for a command of this user. */
  public Connections lent() {
    return lent.of(
        new SocketCaller(
            new PeerIdentity(OwnProcess.uid(), 0, List.of(), (int) OwnProcess.pid()),
            new SocketAccess(socket(), SocketRights.OWNER)));
  }

  /** Starts a command that is cancelled when this gateway is closed. */
  InProcessRun start(InProcessCommand command) {
    InProcessRun run = command.start();
    started.add(run);
    return run;
  }

  /** Waits until the condition is true; after a timeout it fails with the condition's name. */
  static void await(String what, Eventually.Condition condition) throws Exception {
    Eventually.until(what, SOON, condition);
  }

  /** Waits until a command has written this text and nothing else to standard output. */
  static void awaitStdout(InProcessRun run, String text) throws Exception {
    await("stdout is " + text, () -> run.stdout().equals(text));
  }

  /** Cancels the commands that still run. */
  void endStarted() {
    started.forEach(InProcessRun::close);
    started.clear();
  }

  @Override
  public void close() {
    endStarted();
    gateway.close();
    lent.close();
  }
}
