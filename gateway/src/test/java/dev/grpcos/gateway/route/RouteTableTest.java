package dev.grpcos.gateway.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.gateway.call.TakenRoute;
import dev.grpcos.gateway.reflection.DescriptorIndex;
import io.grpc.ServerServiceDefinition;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class RouteTableTest {
  private static final DescriptorIndex NO_FILES = new DescriptorIndex(List.of());

  private static ServerServiceDefinition service(String name) {
    return ServerServiceDefinition.builder(name).build();
  }

  @Test
  void routeOfANamedUpstreamSaysWhetherItReplacesAProgram() {
    RouteTable upstream = new RouteTable(List.of());
    RouteTable table =
        new RouteTable(
            List.of(
                new Route.ExecRoute(service("a.Program"), () -> NO_FILES),
                new Route.LocalRoute(service("a.Local"), () -> NO_FILES)),
            List.of(),
            List.of(),
            new TreeMap<>(Map.of("up", upstream)));

    assertThat(table.takenRoute(null, "a.Program/M")).isEqualTo(TakenRoute.OWN);
    assertThat(table.takenRoute("up", "a.Program/M")).isEqualTo(new TakenRoute("up", true));
    assertThat(table.takenRoute("none", "a.Program/M")).isEqualTo(new TakenRoute("none", true));
    assertThat(table.takenRoute("up", "a.Local/M")).isEqualTo(TakenRoute.to("up"));
    assertThat(table.takenRoute("up", "a.Unknown/M")).isEqualTo(TakenRoute.to("up"));
    assertThat(table.of("up")).isSameAs(upstream);
    assertThat(table.of("none").services()).isEmpty();
  }
}
