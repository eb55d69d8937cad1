package dev.grpcos.gateway.local;

import dev.grpcos.gateway.reflection.DescriptorUnion;
import dev.grpcos.gateway.reflection.ReflectionService;
import dev.grpcos.gateway.route.Route;
import io.grpc.BindableService;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.protobuf.services.HealthStatusManager;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/** The built-in services, wired. */
public final class LocalServices {
  private final HealthStatusManager health = new HealthStatusManager();
  private final List<Route> routes = new ArrayList<>();

  /** What health says SERVING for. */
  private final Set<String> serving = new HashSet<>();

  /**
   * Wires the services.
   *
   * @param gateway what the admin service tells of and steers
   * @param union what reflection serves
   */
  public LocalServices(GatewayStatus gateway, Supplier<DescriptorUnion> union) {
    BuiltInDescriptors descriptors = new BuiltInDescriptors();
    ReflectionService reflection = new ReflectionService(union);
    for (BindableService service :
        List.of(new Greeter(), health.getHealthService(), new AdminService(gateway))) {
      routes.add(Route.local(service.bindService(), descriptors));
    }
    for (String name : ReflectionService.NAMES) {
      routes.add(Route.local(reflection.named(name), descriptors));
    }
  }

  public List<Route> routes() {
    return List.copyOf(routes);
  }

  /** Health says SERVING for each of these services, and no others, and for the whole. */
  public synchronized void serving(List<String> services) {
    health.setStatus(HealthStatusManager.SERVICE_NAME_ALL_SERVICES, ServingStatus.SERVING);
    services.forEach(service -> health.setStatus(service, ServingStatus.SERVING));
    serving.removeAll(services);
    serving.forEach(health::clearStatus);
    serving.clear();
    serving.addAll(services);
  }

  /** Health says NOT_SERVING for everything, from now on. */
  public void notServing() {
    health.enterTerminalState();
  }
}
