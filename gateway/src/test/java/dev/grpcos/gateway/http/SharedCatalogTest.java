package dev.grpcos.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
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

    assertThat(shared.get()).isSameAs(shared.get());
  }
}
