package dev.grpcos.gateway.route;

import dev.grpcos.gateway.call.IncomingCall;
import io.grpc.HandlerRegistry;
import io.grpc.ServerMethodDefinition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The current route table. A call uses the table that is current when it arrives; the next call may
 * use another one. If the caller names an upstream, the call uses the part for that upstream. The
 * lookup also determines the route of the call, on which the caller's rights depend. Safe for use
 * by any thread.
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
    RouteTable current = table;
    IncomingCall call = IncomingCall.current();
    if (call == null) {
      return current.lookupMethod(method, authority);
    }
    String upstream = call.upstream();
    if (upstream == null) {
      RouteTable.MethodTarget target = current.target(method);
      call.setRoute(target.route());
      return target.method();
    }
    call.setRoute(current.takenRoute(upstream, method));
    return current.hasUpstream(upstream)
        ? current.of(upstream).target(method).method()
        : RouteTable.unknownUpstream(upstream, method);
  }
}
