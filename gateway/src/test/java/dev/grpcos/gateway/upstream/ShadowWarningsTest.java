package dev.grpcos.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.gateway.route.ShadowedService;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ShadowWarningsTest {
  private final List<String> log = new ArrayList<>();
  private final ShadowWarnings warnings = new ShadowWarnings(log::add);

  /** Returns this many shadowed services, whose names begin with this text. */
  private static List<ShadowedService> services(String name, int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> new ShadowedService(name + i, "mirror", "shop"))
        .toList();
  }

  @Test
  void serviceThatDisappearsForAWhileIsLoggedOnce() {
    warnings.report(services("a.A", 2));
    warnings.report(List.of());
    warnings.report(services("a.A", 3));

    assertThat(log)
        .containsExactlyElementsOf(
            services("a.A", 3).stream().map(ShadowedService::message).toList());
  }

  @Test
  void earlierServicesAreDroppedAboveTheLimit() {
    for (int i = 0; i < 100; i++) {
      warnings.report(services("a.A" + i + "_", 50));
      assertThat(warnings.kept()).isLessThanOrEqualTo(ShadowWarnings.MOST_KEPT);
    }

    assertThat(log).hasSize(100 * 50);
  }

  @Test
  void currentServicesAreLoggedOnceHoweverManyTheyAre() {
    List<ShadowedService> many = services("a.A", 2 * ShadowWarnings.MOST_KEPT);
    warnings.report(many);
    warnings.report(many);

    assertThat(log).hasSize(many.size());
  }
}
