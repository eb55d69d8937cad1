package dev.grpcos.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.gateway.config.ConfigFile;
import dev.grpcos.gateway.config.UpstreamConfig;
import dev.grpcos.gateway.route.ShadowedService;
import dev.grpcos.gateway.upstream.Shadowing.Listed;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShadowingTest {
  @TempDir private Path folder;

  /** Returns two upstreams with these patterns in `services`; an empty string stands for none. */
  private List<UpstreamConfig> upstreams(String shop, String mirror) throws Exception {
    String text =
        """
        upstreams:
          - {name: shop, target: 'unix:/a', services: [%s]}
          - {name: mirror, target: 'unix:/b', services: [%s]}
        """
            .formatted(shop, mirror);
    Path file = Files.writeString(folder.resolve("c.yaml"), text);
    return ConfigFile.read(file, folder.resolve("g.sock"), Map.of()).upstreams();
  }

  private static List<ShadowedService> of(
      List<String> own, List<UpstreamConfig> configs, List<String> shop, List<String> mirror) {
    return Shadowing.of(
        own, List.of(new Listed(configs.get(0), shop), new Listed(configs.get(1), mirror)));
  }

  @Test
  void firstUpstreamServesServicesThatSeveralList() throws Exception {
    assertThat(of(List.of(), upstreams("", ""), List.of("a.A", "a.B"), List.of("a.B", "a.C")))
        .containsExactly(new ShadowedService("a.B", "mirror", "shop"));
  }

  @Test
  void upstreamThatTheConfigurationNamesServes() throws Exception {
    assertThat(of(List.of(), upstreams("", "a.B"), List.of("a.B"), List.of("a.B")))
        .containsExactly(new ShadowedService("a.B", "shop", "mirror"));
  }

  @Test
  void gatewayServesItsOwn() throws Exception {
    assertThat(of(List.of("a.B"), upstreams("", ""), List.of("a.B"), List.of("a.C")))
        .containsExactly(new ShadowedService("a.B", "shop", ShadowedService.GATEWAY));
  }

  @Test
  void messageNamesServiceUpstreamsAndRemedy() {
    assertThat(new ShadowedService("a.B", "mirror", "shop").message())
        .isEqualTo(
            "service a.B of upstream mirror is shadowed by upstream shop;"
                + " name it in `services` of one of them");
    assertThat(new ShadowedService("a.B", "shop", ShadowedService.GATEWAY).message())
        .isEqualTo(
            "service a.B of upstream shop is shadowed by the gateway's own;"
                + " leave it out of `services`");
  }
}
