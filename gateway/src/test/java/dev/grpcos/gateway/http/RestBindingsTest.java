package dev.grpcos.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.api.AnnotationsProto;
import com.google.api.HttpRule;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import dev.grpcos.gateway.forward.UncalledUpstream;
import dev.grpcos.gateway.reflection.DescriptorIndex;
import dev.grpcos.gateway.rest.RestBindings;
import dev.grpcos.gateway.rest.RestMatch;
import dev.grpcos.gateway.route.Route;
import dev.grpcos.gateway.route.RouteTable;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class RestBindingsTest {
  private static Route route(String service, String upstream, HttpRule rule) {
    FileDescriptorProto.Builder file =
        FileDescriptorProto.newBuilder().setName(service + ".proto").setPackage(service);
    file.addMessageTypeBuilder().setName("M");
    file.addServiceBuilder()
        .setName("S")
        .addMethodBuilder()
        .setName("Get")
        .setInputType("." + service + ".M")
        .setOutputType("." + service + ".M")
        .getOptionsBuilder()
        .setExtension(AnnotationsProto.http, rule);
    DescriptorIndex index = new DescriptorIndex(List.of(file.build()));
    return new Route.UpstreamRoute(
        service + ".S", upstream, UncalledUpstream.forwarder(), () -> index);
  }

  private static HttpRule get(String path) {
    return HttpRule.newBuilder().setGet(path).build();
  }

  private static @Nullable String method(RestBindings bindings, String path) {
    RestMatch match = bindings.match("GET", path);
    return match == null ? null : match.binding().method();
  }

  @Test
  void firstUpstreamOfTheConfigurationGetsAnEqualPath() {
    RouteTable table =
        new RouteTable(
            List.of(
                route("a", "last", get("/v1/{x}")),
                route("b", "first", get("/v1/{y=*}")),
                route("c", "last", get("/v1/{x}:cancel"))));
    RestBindings bindings =
        new MethodCatalog(() -> table, () -> List.of("first", "last")).bindings();

    assertThat(method(bindings, "/v1/1")).isEqualTo("b.S/Get");
    assertThat(method(bindings, "/v1/1:cancel")).isEqualTo("c.S/Get");
    assertThat(bindings.unused())
        .containsExactly(
            "GET /v1/{y} is bound to b.S/Get, and to a.S/Get, which it does not call; leave one out"
                + " of `services`");
  }

  @Test
  void moreLiteralsWin() {
    RestBindings bindings =
        RestBindings.of(
            List.of(
                route("a", "u", get("/v1/{x=**}")),
                route("b", "u", get("/v1/{x}")),
                route("c", "u", get("/v1/fixed"))));

    assertThat(method(bindings, "/v1/fixed")).isEqualTo("c.S/Get");
    assertThat(method(bindings, "/v1/other")).isEqualTo("b.S/Get");
    assertThat(method(bindings, "/v1/a/b")).isEqualTo("a.S/Get");
    assertThat(bindings.match("POST", "/v1/fixed")).isNull();
    assertThat(bindings.unused()).isEmpty();
  }
}
