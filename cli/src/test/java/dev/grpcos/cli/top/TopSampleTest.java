package dev.grpcos.cli.top;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.proto.admin.v1.MethodCalls;
import java.util.List;
import org.junit.jupiter.api.Test;

class TopSampleTest {
  private static final long SECOND = 1_000_000_000L;

  private static TopSample sample(long seconds, MethodCalls... methods) {
    return new TopSample(Samples.status(methods), seconds * SECOND);
  }

  @Test
  void ratesAreOfTheInterval() {
    TopSample before = sample(10, Samples.calls("a.S/M", "local", 5, 5));
    TopSample now =
        sample(
            12, Samples.calls("a.S/M", "local", 15, 9), Samples.calls("a.S/M", "upstream:u", 2, 0));

    TopRow row = now.methods(before).get(0);
    assertThat(row.name()).isEqualTo("a.S/M");
    assertThat(row.calls()).isEqualTo(8.0);
    assertThat(row.errors()).isEqualTo(2.0);
    assertThat(row.p50()).isEqualTo(1.5);
    assertThat(row.received()).isEqualTo(800.0);
    assertThat(now.total(before).calls()).isEqualTo(8.0);
    assertThat(now.upstreams(before))
        .singleElement()
        .satisfies(
            each -> {
              assertThat(each.name()).isEqualTo("u");
              assertThat(each.calls()).isEqualTo(1.0);
            });
    assertThat(now.callers(before))
        .singleElement()
        .satisfies(
            each -> {
              assertThat(each.name()).isEqualTo("uid 4711");
              assertThat(each.calls()).isEqualTo(8.0);
            });
  }

  @Test
  void restartedGatewayCountsFromZero() {
    TopSample before = sample(1, Samples.calls("a.S/M", "local", 100, 0));
    TopSample now = sample(2, Samples.calls("a.S/M", "local", 3, 0));

    TopRow row = now.methods(before).get(0);
    assertThat(row.calls()).isEqualTo(3.0);
    assertThat(row.received()).isEqualTo(300.0);
  }

  @Test
  void sampleWithoutAnIntervalHasNoRates() {
    TopSample only = sample(1, Samples.calls("a.S/M", "local", 100, 0));

    TopRow row = only.methods(only).get(0);
    assertThat(row.calls()).isZero();
    assertThat(row.p99()).isNaN();
  }

  @Test
  void rowsAreInOrder() {
    TopSample before = sample(0);
    TopSample now =
        sample(
            1,
            Samples.calls("a.S/M", "local", 1, 3),
            Samples.calls("b.S/M", "local", 9, 0),
            Samples.calls("c.S/M", "local", 1, 3));

    assertThat(names(before, now, TopOrder.CALLS)).containsExactly("b.S/M", "a.S/M", "c.S/M");
    assertThat(names(before, now, TopOrder.ERRORS)).containsExactly("a.S/M", "c.S/M", "b.S/M");
    assertThat(names(before, now, TopOrder.NAME)).containsExactly("a.S/M", "b.S/M", "c.S/M");
  }

  private static List<String> names(TopSample before, TopSample now, TopOrder order) {
    return now.methods(before).stream().sorted(order.comparator()).map(TopRow::name).toList();
  }
}
