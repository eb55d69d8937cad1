package dev.grpcos.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.gateway.route.RouteTable;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

final class SharedCatalogTest {
  @Test
  void usersShareOneCatalog() {
    SharedCatalog shared =
        new SharedCatalog(
            () -> {
              throw new AssertionError("the catalog reads the routes when it is used");
            },
            List::of);

    assertThat(shared.get()).isSameAs(shared.get()).isSameAs(shared.of(null));
  }

  @Test
  void catalogOfAnUpstreamLivesAsLongAsTheUpstream() {
    AtomicReference<RouteTable> table = new AtomicReference<>(table("a", "b"));
    SharedCatalog shared = new SharedCatalog(table::get, List::of);

    MethodCatalog first = shared.of("a");
    assertThat(shared.of("a")).isSameAs(first).isNotSameAs(shared.of("b"));
    assertThat(shared.of("c").absence("x.Y/Z", method -> true)).startsWith("unknown upstream c;");

    table.set(table("b"));
    assertThat(shared.of("a").absence("x.Y/Z", method -> true)).startsWith("unknown upstream a;");
    table.set(table("a"));
    assertThat(shared.of("a")).isNotSameAs(first);
  }

  private static RouteTable table(String... upstreams) {
    TreeMap<String, RouteTable> tables = new TreeMap<>();
    for (String name : upstreams) {
      tables.put(name, new RouteTable(List.of()));
    }
    return new RouteTable(List.of(), List.of(), List.of(), tables);
  }
}
