package dev.grpcos.gateway.exec;

import dev.grpcos.gateway.config.GatewayConfig;
import dev.grpcos.gateway.config.Limits;
import dev.grpcos.gateway.config.ServiceConfig;
import dev.grpcos.gateway.failure.GatewayException;
import dev.grpcos.gateway.installation.Installation;
import dev.grpcos.gateway.route.Route;
import dev.grpcos.gateway.schema.SchemaException;
import dev.grpcos.gateway.schema.SchemaLoader;
import io.grpc.Status;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The services of a configuration whose methods are programs. */
public final class ExecServices implements AutoCloseable {
  private final SchemaLoader schemas;
  private final Map<String, String> environment;
  private final ProgramLimit programs;
  private final ExecutorService threads;
  private final ScheduledExecutorService timers;
  private final @Nullable Spawner spawner;
  private List<CoProcessPool> pools = List.of();

  /**
   * Services, none yet.
   *
   * @param installation where the programs are that this needs
   * @param environment the gateway's own, of which programs get a little
   * @param timers ends calls in time
   */
  public ExecServices(
      Installation installation, Map<String, String> environment, ScheduledExecutorService timers) {
    this.schemas = new SchemaLoader(installation.protoc());
    this.environment = Map.copyOf(environment);
    this.timers = timers;
    programs = new ProgramLimit(0);
    threads =
        Executors.newCachedThreadPool(
            task -> {
              Thread thread = new Thread(task, "grpcos-exec");
              thread.setDaemon(true);
              return thread;
            });
    spawner = installation.keeper().map(Spawner::new).orElse(null);
  }

  /**
   * Tells what is wrong with the services of a configuration, and runs nothing.
   *
   * @throws GatewayException if they can't be served, with a line for each reason
   */
  public static void check(GatewayConfig config, Installation installation)
      throws GatewayException {
    ScheduledExecutorService timers = Executors.newSingleThreadScheduledExecutor();
    try (ExecServices services = new ExecServices(installation, Map.of(), timers)) {
      services.prepare(config).discard();
    } finally {
      timers.shutdown();
    }
  }

  /** How many programs run now. */
  public int running() {
    return programs.running();
  }

  /** Services of another configuration; either they are committed, or they are discarded. */
  public interface Change {
    /** What would serve. */
    List<Route> routes();

    /** Has the programs of before end when they are done; calls go to these routes already. */
    void commit();

    /** Gives up what was made ready. */
    void discard();
  }

  /**
   * Makes ready what serves this configuration: compiles schemas and looks at programs.
   *
   * @throws GatewayException if it can't be served, with a line for each reason
   */
  public Change prepare(GatewayConfig config) throws GatewayException {
    if (config.services().isEmpty()) {
      return new Prepared(List.of(), List.of(), config.limits().exec());
    }
    ServiceAssembly assembly = assembly(environment, new OngoingCalls(), config.limits());
    for (ServiceConfig service : config.services()) {
      try {
        assembly.add(service, schemas.load(service.schema()));
      } catch (SchemaException e) {
        assembly.problem(service, e);
      }
    }
    requireNone(assembly.problems());
    return new Prepared(assembly.routes(), assembly.pools(), config.limits().exec());
  }

  /** A service that can be routed to, and what ends it again. */
  public record Joined(Route route, Serving serving) {}

  /**
   * Makes ready a service that is served for a while; nothing of it runs before a call comes.
   *
   * @throws GatewayException if it can't be served, with a line for each reason
   */
  public Joined join(ServedService service, Limits limits) throws GatewayException {
    OngoingCalls calls = new OngoingCalls();
    ServiceAssembly assembly = assembly(service.environment(), calls, limits);
    assembly.add(service.config(), service.files());
    requireNone(assembly.problems());
    return new Joined(
        assembly.routes().get(0),
        most -> {
          CompletableFuture<Void> ended = new CompletableFuture<>();
          calls.close(
              () -> {
                assembly.pools().forEach(CoProcessPool::close);
                ended.complete(null);
              });
          Status gone =
              Status.UNAVAILABLE.withDescription(
                  service.config().service() + " is not served any more");
          if (!ended.isDone()) {
            var unused =
                timers.schedule(() -> calls.abort(gone), most.toMillis(), TimeUnit.MILLISECONDS);
          }
          return ended;
        });
  }

  private ServiceAssembly assembly(Map<String, String> variables, OngoingCalls calls, Limits limits)
      throws GatewayException {
    if (spawner == null) {
      throw new GatewayException(
          List.of(
              "services can't be served by programs: this installation lacks lib/grpcos-exec, which"
                  + " runs them; build it where there is a C compiler (cc)"));
    }
    return new ServiceAssembly(
        new ExecMethod.Surroundings(spawner, threads, timers, programs, calls, limits.metadata()),
        variables,
        limits.message());
  }

  private static void requireNone(List<String> problems) throws GatewayException {
    if (!problems.isEmpty()) {
      throw new GatewayException(problems);
    }
  }

  private final class Prepared implements Change {
    private final List<Route> routes;
    private final List<CoProcessPool> next;
    private final int most;

    Prepared(List<Route> routes, List<CoProcessPool> next, int most) {
      this.routes = routes;
      this.next = next;
      this.most = most;
    }

    @Override
    public List<Route> routes() {
      return routes;
    }

    @Override
    public void commit() {
      programs.bound(most);
      List<CoProcessPool> old = pools;
      pools = List.copyOf(next);
      old.forEach(CoProcessPool::close);
    }

    @Override
    public void discard() {
      next.forEach(CoProcessPool::close);
    }
  }

  /** Ends persistent programs, and what runs programs. */
  @Override
  public void close() {
    pools.forEach(CoProcessPool::close);
    threads.shutdown();
    if (spawner != null) {
      spawner.close();
    }
  }
}
