package dev.grpcos.gateway.local;

import dev.grpcos.gateway.reflection.DescriptorUnion;
import dev.grpcos.gateway.reflection.ReflectionService;
import dev.grpcos.gateway.route.Route;
import io.grpc.BindableService;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.protobuf.services.HealthStatusManager;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/** The built-in services, wired. */
public final class LocalServices {
  private final HealthStatusManager health = new HealthStatusManager();
  private final AdminService admin;
  private final List<Route> routes = new ArrayList<>();

  /** Names of which health says something. */
  private final Set<String> known = new HashSet<>();

  /**
   * Wires the services.
   *
   * @param gateway what the admin service tells of and steers
   * @param union what reflection serves
   */
  public LocalServices(GatewayStatus gateway, Supplier<DescriptorUnion> union) {
    BuiltInDescriptors descriptors = new BuiltInDescriptors();
    ReflectionService reflection = new ReflectionService(union);
    // The example is there to be tried; a real service of its name takes its place.
    routes.add(new Route.Local(new Greeter().bindService(), descriptors, true));
    admin = new AdminService(gateway);
    for (BindableService service : List.of(health.getHealthService(), admin)) {
      routes.add(new Route.Local(service.bindService(), descriptors));
    }
    for (String name : ReflectionService.NAMES) {
      routes.add(new Route.Local(reflection.named(name), descriptors));
    }
  }

  public List<Route> routes() {
    return List.copyOf(routes);
  }

  /**
   * Health says SERVING for the whole and for each of these services, and of the others nothing.
   *
   * @param upstreams names of upstreams and of their services, and whether they can be reached;
   *     those that can't are NOT_SERVING
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

  /**
   * Health says NOT_SERVING for everything, from now on, and whoever serves through the gateway is
   * told.
   */
  public void notServing() {
    health.enterTerminalState();
    admin.ending();
  }
}
