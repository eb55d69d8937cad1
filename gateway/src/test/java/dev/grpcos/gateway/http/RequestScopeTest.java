package dev.grpcos.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.gateway.limit.MessageMemory;
import dev.grpcos.gateway.route.RouteTable;
import io.grpc.ManagedChannel;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class RequestScopeTest {
  private final ManagedChannel unused = InProcessChannelBuilder.forName("none").build();
  private final RouteTable table = new RouteTable(List.of());
  private final SharedCatalog catalogs = new SharedCatalog(() -> table, List::of);

  @AfterEach
  void end() {
    unused.shutdownNow();
  }

  private RequestScope scope(boolean hasRights) {
    return RequestScope.of(
        new DefaultHttpHeaders(),
        catalogs,
        new HttpCaller(
            unused,
            end -> unused,
            (upstream, method) -> false,
            () -> hasRights,
            () -> new MessageMemory(() -> 0).account(),
            "curl",
            "http://grpcos"));
  }

  @Test
  void callerThatMayCallNothingSeesNoSchema() {
    assertThat(scope(true).catalog()).isSameAs(catalogs.get());
    assertThat(scope(false).catalog()).isSameAs(catalogs.none()).isNotSameAs(catalogs.get());
    assertThat(catalogs.none().services()).isEmpty();
  }
}
