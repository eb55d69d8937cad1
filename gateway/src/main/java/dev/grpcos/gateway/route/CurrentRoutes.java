package dev.grpcos.gateway.route;

import io.grpc.HandlerRegistry;
import io.grpc.ServerMethodDefinition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The current route table. A call uses the table that is current when it arrives; the next call may
 * use another one. Safe for use by any thread.
 */
public final class CurrentRoutes extends HandlerRegistry {
  private volatile RouteTable table = new RouteTable(List.of());

  public RouteTable table() {
    return table;
  }

  public void replace(RouteTable next) {
    table = next;
  }

  @Override
  public ServerMethodDefinition<?, ?> lookupMethod(String method, @Nullable String authority) {
    return table.lookupMethod(method, authority);
  }
}
