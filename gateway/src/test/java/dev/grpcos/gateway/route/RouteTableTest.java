package dev.grpcos.gateway.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.gateway.call.TakenRoute;
import dev.grpcos.gateway.config.NamePattern;
import dev.grpcos.gateway.forward.Forwarder;
import dev.grpcos.gateway.forward.UncalledUpstream;
import dev.grpcos.gateway.reflection.DescriptorIndex;
import io.grpc.ServerServiceDefinition;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class RouteTableTest {
  private static final DescriptorIndex NO_FILES = new DescriptorIndex(List.of());

  private static final Forwarder NOT_CALLED = UncalledUpstream.forwarder();

  private static ServerServiceDefinition service(String name) {
    return ServerServiceDefinition.builder(name).build();
  }

  @Test
  void routeOfANamedUpstreamSaysWhetherTheCallWouldGoElsewhere() {
    RouteTable upstream = new RouteTable(List.of());
    String reflection = "grpc.reflection.v1.ServerReflection/ServerReflectionInfo";
    RouteTable table =
        new RouteTable(
            List.of(
                new Route.ExecRoute(service("a.Program"), () -> NO_FILES),
                new Route.LocalRoute(service("a.Local"), () -> NO_FILES),
                new Route.UpstreamRoute("a.Listed", "up", NOT_CALLED, () -> NO_FILES)),
            List.of(new RouteTable.Unlisted(new NamePattern("b.*"), "other", NOT_CALLED)),
            List.of(),
            new TreeMap<>(Map.of("up", upstream)));

    assertThat(table.takenRoute(null, "a.Program/M")).isEqualTo(TakenRoute.OWN);
    assertThat(table.takenRoute("up", "a.Program/M")).isEqualTo(new TakenRoute("up", true));
    assertThat(table.takenRoute("none", "a.Program/M")).isEqualTo(new TakenRoute("none", true));
    assertThat(table.takenRoute("up", "a.Local/M")).isEqualTo(new TakenRoute("up", true));
    assertThat(table.takenRoute("up", "a.Unknown/M")).isEqualTo(new TakenRoute("up", true));
    assertThat(table.takenRoute("up", "a.Listed/M")).isEqualTo(TakenRoute.to("up"));
    assertThat(table.takenRoute("other", "a.Listed/M")).isEqualTo(new TakenRoute("other", true));
    assertThat(table.takenRoute("other", "b.Any/M")).isEqualTo(TakenRoute.to("other"));
    assertThat(table.takenRoute("up", reflection)).isEqualTo(TakenRoute.to("up"));
    assertThat(table.takenRoute("other", reflection)).isEqualTo(TakenRoute.to("other"));
    assertThat(table.takenRoute("none", reflection)).isEqualTo(new TakenRoute("none", true));
    assertThat(table.takenRoute("up", "grpc.reflection.internal.Secrets/M"))
        .isEqualTo(new TakenRoute("up", true));
    assertThat(table.of("up")).isSameAs(upstream);
    assertThat(table.of("none").services()).isEmpty();
  }

  @Test
  void targetsOfCalledMethodsAreKeptUnlessTheirNamesAreLong() {
    RouteTable table =
        new RouteTable(
            List.of(new Route.UpstreamRoute("a.Listed", "up", NOT_CALLED, () -> NO_FILES)));

    RouteTable.MethodTarget called = table.target("a.Listed/M");

    assertThat(called.route()).isEqualTo(TakenRoute.to("up"));
    assertThat(called.method().getMethodDescriptor().getFullMethodName()).isEqualTo("a.Listed/M");
    assertThat(table.target("a.Listed/M")).isSameAs(called);
    String invented = "a.Listed/" + "M".repeat(4096);
    assertThat(table.target(invented)).isNotSameAs(table.target(invented));
  }

  @Test
  void inventedNamesReplaceTheKeptTargets() {
    RouteTable table =
        new RouteTable(
            List.of(new Route.UpstreamRoute("a.Listed", "up", NOT_CALLED, () -> NO_FILES)));
    RouteTable.MethodTarget called = table.target("a.Listed/M");

    for (int i = 0; i < RouteTable.MOST_TARGETS; i++) {
      table.target("a.Listed/M" + i);
    }

    assertThat(table.target("a.Listed/M")).isNotSameAs(called);
  }
}
