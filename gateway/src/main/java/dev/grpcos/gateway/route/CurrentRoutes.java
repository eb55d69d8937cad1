package dev.grpcos.gateway.route;

import io.grpc.HandlerRegistry;
import io.grpc.ServerMethodDefinition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The route table of the moment. A call goes by the table of the moment it came; the next one may
 * go by another. Safe for use by any thread.
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
