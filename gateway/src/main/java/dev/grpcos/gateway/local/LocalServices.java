package dev.grpcos.gateway.local;

import dev.grpcos.gateway.reflection.ReflectionService;
import dev.grpcos.gateway.route.Route;
import dev.grpcos.gateway.route.RouteTable;
import dev.grpcos.gateway.route.RoutedMethod;
import dev.grpcos.proto.admin.v1.AdminGrpc;
import dev.grpcos.proto.admin.v1.GetStatusRequest;
import dev.grpcos.proto.admin.v1.GetStatusResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.protobuf.services.HealthStatusManager;
import io.netty.channel.EventLoopGroup;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/** The built-in services. */
public final class LocalServices {
  private final HealthStatusManager health = new HealthStatusManager();
  private final AdminService admin;
  private final List<Route> routes = new ArrayList<>();

  /** The names that health reports. */
  private final Set<String> known = new HashSet<>();

  private volatile boolean serving = true;

  /**
   * Creates the services.
   *
   * @param gateway the status that the admin service reports and controls
   * @param table returns the current routes, whose services reflection shows
   * @param loops the event loops of the calls
   */
  public LocalServices(GatewayStatus gateway, Supplier<RouteTable> table, EventLoopGroup loops) {
    BuiltInDescriptors descriptors = new BuiltInDescriptors();
    SocketViews views = new SocketViews(table, loops);
    ReflectionService reflection = new ReflectionService(views::of);
    // An example for first experiments; a configured service with the same name replaces it.
    routes.add(new Route.LocalRoute(new GreeterService().bindService(), descriptors, true));
    admin = new AdminService(gateway, () -> offered(table.get()));
    HealthGrpc.AsyncService statuses = (HealthGrpc.AsyncService) health.getHealthService();
    routes.add(new Route.LocalRoute(new HealthService(statuses, table).definition(), descriptors));
    routes.add(new Route.LocalRoute(admin.bindService(), descriptors));
    for (String name : ReflectionService.NAMES) {
      routes.add(new Route.LocalRoute(reflection.named(name), descriptors));
    }
  }

  /** Returns the methods that a socket other than the owner's can offer. */
  private static List<RoutedMethod> offered(RouteTable table) {
    return table.methods().stream()
        .filter(method -> !method.name().startsWith(AdminGrpc.SERVICE_NAME + "/"))
        .toList();
  }

  /** Returns the gateway's status with metrics. */
  public GetStatusResponse status() {
    return admin.status(GetStatusRequest.newBuilder().setMetrics(true).build());
  }

  public List<Route> routes() {
    return List.copyOf(routes);
  }

  /**
   * Makes health report SERVING for the gateway and for each of these services, and no status for
   * other names.
   *
   * @param upstreams the names of upstreams and of their services, and whether they can be reached;
   *     those that cannot are NOT_SERVING
   */
  public synchronized void serving(List<String> services, Map<String, Boolean> upstreams) {
    Map<String, ServingStatus> next = new HashMap<>();
    services.forEach(service -> next.put(service, ServingStatus.SERVING));
    upstreams.forEach(
        (name, reached) ->
            next.put(name, reached ? ServingStatus.SERVING : ServingStatus.NOT_SERVING));
    next.put(HealthStatusManager.SERVICE_NAME_ALL_SERVICES, ServingStatus.SERVING);
    known.removeAll(next.keySet());
    known.forEach(health::clearStatus);
    known.clear();
    known.addAll(next.keySet());
    next.forEach(health::setStatus);
  }

  /** Returns whether the gateway has not begun to end. */
  public boolean isServing() {
    return serving;
  }

  /** Makes health report NOT_SERVING for everything, and ends the calls of Admin.Serve. */
  public void notServing() {
    serving = false;
    health.enterTerminalState();
    admin.ending();
  }
}
