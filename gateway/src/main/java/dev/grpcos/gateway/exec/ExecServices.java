package dev.grpcos.gateway.exec;

import dev.grpcos.gateway.config.Change;
import dev.grpcos.gateway.config.GatewayConfig;
import dev.grpcos.gateway.config.Limits;
import dev.grpcos.gateway.config.ServiceConfig;
import dev.grpcos.gateway.failure.GatewayException;
import dev.grpcos.gateway.installation.Installation;
import dev.grpcos.gateway.limit.UserShares;
import dev.grpcos.gateway.route.Route;
import dev.grpcos.gateway.schema.CompiledSources;
import dev.grpcos.gateway.schema.SchemaConfig;
import dev.grpcos.gateway.schema.SchemaException;
import dev.grpcos.gateway.schema.SchemaLoader;
import io.grpc.Status;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The services of a configuration whose methods are programs. */
public final class ExecServices implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("dev.grpcos.gateway.exec");

  private final SchemaLoader schemas;
  private final Map<String, String> environment;
  private volatile Limits limits = Limits.DEFAULT;
  private final UserShares programs = new UserShares(() -> limits, Limits::exec);
  private final Background background = new Background();
  private final OutputMemory memory = OutputMemory.ofHeap();
  private final Supplier<EventLoop> loops;
  private final @Nullable Keeper keeper;
  private volatile List<ProgramPool> pools = List.of();

  /** The persistent programs of joined services. */
  private final List<ProgramPool> joined = new CopyOnWriteArrayList<>();

  /**
   * Creates the services of an empty configuration.
   *
   * @param installation the paths of the helper programs
   * @param environment the gateway's environment; programs get a part of it
   * @param socket the gateway's socket; {@code grpcos-exec} listens beside it
   * @param loops the event loops of the gateway
   */
  public ExecServices(
      Installation installation,
      Map<String, String> environment,
      Path socket,
      EventLoopGroup loops) {
    this(installation, environment, socket, () -> current(loops));
  }

  private ExecServices(
      Installation installation,
      Map<String, String> environment,
      Path socket,
      Supplier<EventLoop> loops) {
    this.schemas = new SchemaLoader(installation.protoc());
    this.environment = Map.copyOf(environment);
    this.loops = loops;
    keeper =
        installation
            .keeper()
            .map(executable -> new Keeper(executable, socket, programs, background))
            .orElse(null);
  }

  /**
   * Returns the event loop of this thread, so that a call stays on it; any loop if there is none.
   */
  private static EventLoop current(EventLoopGroup loops) {
    for (EventExecutor each : loops) {
      if (each.inEventLoop()) {
        return (EventLoop) each;
      }
    }
    return loops.next();
  }

  /**
   * Checks the services of a configuration; starts no program.
   *
   * @throws GatewayException if they cannot be served, with one line for each reason
   */
  public static void check(GatewayConfig config, Installation installation)
      throws GatewayException {
    Supplier<EventLoop> none =
        () -> {
          throw new IllegalStateException("a check serves no calls");
        };
    try (ExecServices services = new ExecServices(installation, Map.of(), config.socket(), none)) {
      services.prepare(config).discard();
    }
  }

  /** The services of another configuration, to be committed or discarded. */
  public interface NextServices extends Change {
    /** Returns the new routes. After the commit, old programs end when their calls have ended. */
    List<Route> routes();
  }

  /**
   * Prepares to serve a configuration: compiles schemas and checks programs.
   *
   * @throws GatewayException if they cannot be served, with one line for each reason
   */
  public NextServices prepare(GatewayConfig config) throws GatewayException {
    if (config.services().isEmpty()) {
      return new PreparedServices(List.of(), List.of(), config.limits());
    }
    ServiceAssembly assembly = assembly(environment, new OngoingCalls(), config.limits());
    for (ServiceConfig service : config.services()) {
      try {
        SchemaConfig schema = service.schema();
        CompiledSources loaded = schemas.load(schema.protoset(), schema.proto());
        loaded.notes().forEach(note -> LOG.log(Level.DEBUG, "{0}: {1}", service.service(), note));
        assembly.add(service, loaded.files());
      } catch (SchemaException e) {
        assembly.problem(service, e);
      }
    }
    requireNone(assembly.problems());
    return new PreparedServices(assembly.routes(), assembly.pools(), config.limits());
  }

  /** A service that joins the gateway: its route, and the object that ends it. */
  public record Joined(Route route, Serving serving) {}

  /**
   * Prepares a service that joins. No program runs before the first call.
   *
   * @throws GatewayException if it cannot be served, with one line for each reason
   */
  public Joined join(ServedService service, Limits limits) throws GatewayException {
    OngoingCalls calls = new OngoingCalls();
    ServiceAssembly assembly = assembly(service.environment(), calls, limits);
    assembly.add(service.config(), service.files());
    requireNone(assembly.problems());
    joined.addAll(assembly.pools());
    return new Joined(
        assembly.routes().get(0),
        most -> {
          CompletableFuture<Void> ended = new CompletableFuture<>();
          calls.close(
              () -> {
                assembly.pools().forEach(ProgramPool::close);
                joined.removeAll(assembly.pools());
                ended.complete(null);
              });
          Status stopping =
              Status.UNAVAILABLE.withDescription(
                  service.config().service() + " is not served any more");
          if (!ended.isDone()) {
            var unused =
                loops
                    .get()
                    .schedule(() -> calls.abort(stopping), most.toMillis(), TimeUnit.MILLISECONDS);
          }
          return ended;
        });
  }

  /** Returns the present use of processes. */
  public ProcessUse use() {
    return new ProcessUse(
        programs.sum(),
        programs.limit(),
        Stream.concat(pools.stream(), joined.stream()).map(ProgramPool::use).toList());
  }

  private ServiceAssembly assembly(Map<String, String> variables, OngoingCalls calls, Limits limits)
      throws GatewayException {
    if (keeper == null) {
      throw new GatewayException(
          List.of(
              "services cannot be served by programs: this installation lacks lib/grpcos-exec,"
                  + " which runs them; build it where there is a C compiler (cc)"));
    }
    return new ServiceAssembly(
        new ExecRuntime(keeper, loops, background, memory, calls, limits.metadata()),
        variables,
        limits.message());
  }

  private static void requireNone(List<String> problems) throws GatewayException {
    if (!problems.isEmpty()) {
      throw new GatewayException(problems);
    }
  }

  private final class PreparedServices implements NextServices {
    private final List<Route> routes;
    private final List<ProgramPool> next;
    private final Limits nextLimits;

    PreparedServices(List<Route> routes, List<ProgramPool> next, Limits nextLimits) {
      this.routes = routes;
      this.next = next;
      this.nextLimits = nextLimits;
    }

    @Override
    public List<Route> routes() {
      return routes;
    }

    @Override
    public void commit() {
      limits = nextLimits;
      List<ProgramPool> old = pools;
      pools = List.copyOf(next);
      old.forEach(ProgramPool::close);
    }

    @Override
    public void discard() {
      next.forEach(ProgramPool::close);
    }
  }

  /** Ends persistent programs and {@code grpcos-exec}. */
  @Override
  public void close() {
    pools.forEach(ProgramPool::close);
    if (keeper != null) {
      keeper.close();
    }
    background.close();
  }
}
