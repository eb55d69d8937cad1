package dev.grpcos.cli.daemon;

import dev.grpcos.cli.connection.GatewayConnections;
import dev.grpcos.cli.resident.WarmupLauncher;
import dev.grpcos.gateway.Gateway;
import dev.grpcos.gateway.WarmupServices;
import dev.grpcos.gateway.process.OwnProcess;
import dev.grpcos.gateway.process.Versions;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * Runs commands in a gateway that has just started, so that the JVM has loaded and compiled their
 * code when the first real command comes.
 *
 * <p>The commands come through the gateway's own socket, as from a launcher, but their calls go to
 * {@link WarmupServices}. Runs on a thread of its own, for a bounded time, and pauses while others
 * make calls.
 */
final class Warmup {
  private static final System.Logger LOG = System.getLogger("dev.grpcos.cli.gateway");

  /** The processor time of the whole process, including its compilers. */
  private static final Duration MOST_PROCESSOR_TIME = Duration.ofSeconds(2);

  /** For a machine that is busy with other work. */
  private static final Duration MOST_TIME = Duration.ofSeconds(10);

  /**
   * A gateway's JVM compiles a method at its 64th call, see {@code grpcos-jvm}, so these calls are
   * enough for methods that run once a call. More calls, or other commands, would need more memory
   * of a gateway at rest.
   */
  private static final int CALLS = 90;

  /** The pause after a call of others. */
  private static final Duration PAUSE = Duration.ofMillis(50);

  private static final List<String> CALL = List.of("call", "Greeter/SayHello");
  private static final String REQUEST = "{\"name\":\"world\"}\n";

  private final WarmupServices services;
  private final GatewayConnections connections;
  private final WarmupLauncher launcher;
  private final long processorEnd = OwnProcess.processorTime().plus(MOST_PROCESSOR_TIME).toNanos();
  private final long end = System.nanoTime() + MOST_TIME.toNanos();
  private long realCalls;

  private Warmup(WarmupServices services, GatewayConnections connections, WarmupLauncher launcher) {
    this.services = services;
    this.connections = connections;
    this.launcher = launcher;
  }

  /**
   * Starts the warm-up and returns at once.
   *
   * @return the thread; empty if the gateway's configuration does not want it
   */
  static Optional<Thread> start(Gateway gateway, GatewayConnections connections) {
    return gateway
        .warmupServices()
        .map(
            services -> {
              WarmupLauncher launcher =
                  new WarmupLauncher(gateway.socket(), Versions.read().grpcos());
              Warmup warmup = new Warmup(services, connections, launcher);
              Thread thread = new Thread(warmup::run, "grpcos-warmup");
              thread.setDaemon(true);
              thread.start();
              return thread;
            });
  }

  private void run() {
    connections.beginWarmup(services);
    try (services) {
      for (int i = 0; i < CALLS && goesOn(); i++) {
        launcher.run(REQUEST, CALL);
      }
      // The heap has grown for these commands. The serial collector returns memory to the system
      // only after a full collection, and an idle gateway runs none.
      System.gc();
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "the warm-up ended early", e); // the gateway is ending
    } finally {
      connections.endWarmup();
    }
  }

  private boolean goesOn() {
    while (services.realCalls() != realCalls && System.nanoTime() < end) {
      realCalls = services.realCalls();
      LockSupport.parkNanos(PAUSE.toNanos());
    }
    return System.nanoTime() < end && OwnProcess.processorTime().toNanos() < processorEnd;
  }
}
