package dev.grpcos.cli.daemon;

import dev.grpcos.cli.filter.Evaluators;
import dev.grpcos.cli.filter.FilterLimits;
import dev.grpcos.cli.filter.FilterProcesses;
import dev.grpcos.cli.invocation.CommandRunner;
import dev.grpcos.cli.invocation.Signals;
import dev.grpcos.gateway.Gateway;
import dev.grpcos.gateway.GatewayOptions;
import dev.grpcos.gateway.config.ConfigException;
import dev.grpcos.gateway.config.ConfigSource;
import dev.grpcos.gateway.failure.GatewayException;
import dev.grpcos.gateway.failure.Termination;
import dev.grpcos.gateway.installation.Installation;
import dev.grpcos.gateway.local.ProcessOrigin;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A gateway in this process. Signals drain it, and the process ends with it. */
public final class GatewayProcess {
  private static final System.Logger LOG = System.getLogger("dev.grpcos.cli.gateway");

  private GatewayProcess() {}

  /**
   * Runs a gateway and its resident until the gateway has ended. SIGTERM and SIGINT begin the
   * drain; a second one ends the process immediately. SIGHUP reloads the configuration.
   *
   * @param config the source of the configuration, read at the start and at each reload
   * @param log the stream for log lines
   * @param origin how this process was started, for the status
   * @return whether the gateway ended on request
   * @throws ConfigException if the configuration is invalid
   * @throws GatewayException if the gateway cannot start
   */
  public static boolean run(
      ConfigSource config, CommandRunner commands, OutputStream log, ProcessOrigin origin)
      throws ConfigException, GatewayException, InterruptedException {
    return run(
        config,
        commands,
        log,
        GatewayOptions.DEFAULT.withInstallation(installation()).withOrigin(origin));
  }

  /**
   * Runs a gateway, as {@link #run(ConfigSource, CommandRunner, OutputStream, ProcessOrigin)} does,
   * with these options.
   */
  public static boolean run(
      ConfigSource config, CommandRunner commands, OutputStream log, GatewayOptions options)
      throws ConfigException, GatewayException, InterruptedException {
    Logging.to(log);
    NameLookups.cacheBriefly();
    // Before the gateway listens, because a process may send a signal as soon as it does.
    CompletableFuture<Gateway> started = new CompletableFuture<>();
    Signals.handleEnd(
        signal -> {
          LOG.log(System.Logger.Level.INFO, "SIG{0}: draining", signal);
          var unused = started.thenAccept(Gateway::shutdown);
        });
    reloadOnHup(started);
    try (ResidentCompanion resident = new ResidentCompanion(commands, evaluators());
        Gateway gateway = Gateway.start(config, options.withCompanions(resident.companion()))) {
      started.complete(gateway);
      var unused = Warmup.start(gateway, resident.connections());
      Termination end = gateway.awaitTermination();
      LOG.log(System.Logger.Level.INFO, "ended: {0}", end.reason());
      return !end.failed();
    }
  }

  /**
   * Returns how this process was started.
   *
   * @param log the file to which it logs; null for standard error
   * @param restart the arguments with which it can be started again in the background, or null
   */
  public static ProcessOrigin origin(@Nullable Path log, @Nullable List<String> restart) {
    return StartFacts.of(log, restart);
  }

  /** Returns processes for expressions; without a distribution, as in tests, there are none. */
  private static Evaluators evaluators() {
    String home = System.getProperty("grpcos.home");
    return home == null
        ? Evaluators.local()
        : new FilterProcesses(Path.of(home, "lib", "grpcos-jvm"), FilterLimits::here);
  }

  /** Returns the programs of the distribution; none if this process does not run from one. */
  public static Installation installation() {
    String home = System.getProperty("grpcos.home");
    return home == null ? Installation.NONE : Installation.in(Path.of(home, "lib"));
  }

  private static void reloadOnHup(CompletionStage<Gateway> started) {
    Signals.handle(
        "HUP",
        () -> {
          LOG.log(System.Logger.Level.INFO, "SIGHUP: reloading");
          // The result is logged.
          started.thenCompose(Gateway::reload);
        });
  }
}
