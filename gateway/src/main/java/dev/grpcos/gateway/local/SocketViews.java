package dev.grpcos.gateway.local;

import dev.grpcos.gateway.call.IncomingCall;
import dev.grpcos.gateway.policy.SocketAccess;
import dev.grpcos.gateway.policy.SocketCaller;
import dev.grpcos.gateway.policy.SocketRights;
import dev.grpcos.gateway.reflection.DescriptorUnion;
import dev.grpcos.gateway.reflection.ShownDescriptors;
import dev.grpcos.gateway.route.RouteTable;
import io.grpc.ServerCall;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import java.lang.System.Logger.Level;
import java.lang.ref.WeakReference;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The descriptors that each socket shows: those of the methods that it offers, of the upstream that
 * the caller names or of all routes. Safe for use by any thread.
 *
 * <p>A view of a large schema takes long to create, so a separate thread creates views. It ends
 * when it has been idle for a while. Each call waits for one view at most.
 */
final class SocketViews {
  private static final System.Logger LOG = System.getLogger("dev.grpcos.gateway.reflection");

  /** The number of views that are kept; the least recently used is dropped first. */
  private static final int MOST = 64;

  private static final int IDLE_SECONDS = 10;

  private final Supplier<RouteTable> table;
  private final EventLoopGroup loops;
  private final ThreadPoolExecutor thread;
  private final Map<Shown, View> views = new LinkedHashMap<>(16, 0.75f, true);

  /**
   * The facts on which a view depends, apart from the routes.
   *
   * @param upstream the upstream that the caller names; null for none
   */
  private record Shown(SocketRights rights, @Nullable String upstream) {}

  /**
   * A view, and what it was made from.
   *
   * @param routes the routes, which decide whether an upstream that the caller names gets a call
   *     anyway; a view does not keep them
   * @param whole the descriptors of all services
   * @param shown the descriptors that are shown
   */
  private record View(
      WeakReference<RouteTable> routes, DescriptorUnion whole, DescriptorUnion shown) {}

  /**
   * @param table returns the current routes
   * @param loops the event loops, which must not create views
   */
  SocketViews(Supplier<RouteTable> table, EventLoopGroup loops) {
    this.table = table;
    this.loops = loops;
    thread =
        new ThreadPoolExecutor(
            1,
            1,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            new DefaultThreadFactory("grpcos-views", true));
    thread.allowCoreThreadTimeOut(true);
  }

  /**
   * Returns the descriptors that the socket of a call shows. The services are those at the start of
   * the call; each request sees the ones that the socket offers when the request arrives.
   */
  ShownDescriptors of(ServerCall<?, ?> call) {
    return new SocketView(
        SocketCaller.of(call).socket(), table.get(), IncomingCall.currentUpstream());
  }

  /** The descriptors that one call shows. */
  private final class SocketView implements ShownDescriptors {
    private final SocketAccess socket;
    private final RouteTable routes;
    private final @Nullable String upstream;
    private final DescriptorUnion whole;
    private DescriptorUnion shown;

    SocketView(SocketAccess socket, RouteTable routes, @Nullable String upstream) {
      this.socket = socket;
      this.routes = routes;
      this.upstream = upstream;
      this.whole = routes.of(upstream).descriptors();
      this.shown = whole;
    }

    @Override
    public DescriptorUnion get() {
      return shown;
    }

    @Override
    public void prepare(Runnable then) {
      SocketRights rights = socket.rights();
      Shown needed = new Shown(rights, upstream);
      DescriptorUnion known =
          rights.equals(SocketRights.OWNER) ? whole : kept(needed, routes, whole);
      EventExecutor loop = known == null ? currentLoop() : null;
      if (loop == null) {
        shown = known == null ? create(needed, routes, whole) : known;
        then.run();
        return;
      }
      thread.execute(
          () -> {
            DescriptorUnion created = create(needed, routes, whole);
            try {
              loop.execute(
                  () -> {
                    shown = created;
                    then.run();
                  });
            } catch (RejectedExecutionException e) {
              LOG.log(Level.DEBUG, "the gateway has ended, and the call with it", e);
            }
          });
    }
  }

  private @Nullable EventExecutor currentLoop() {
    for (EventExecutor loop : loops) {
      if (loop.inEventLoop()) {
        return loop;
      }
    }
    return null;
  }

  private synchronized @Nullable DescriptorUnion kept(
      Shown needed, RouteTable routes, DescriptorUnion whole) {
    View view = views.get(needed);
    return view != null
            && view.whole().equals(whole)
            && (needed.upstream() == null || view.routes().refersTo(routes))
        ? view.shown()
        : null;
  }

  private DescriptorUnion create(Shown needed, RouteTable routes, DescriptorUnion whole) {
    DescriptorUnion known = kept(needed, routes, whole);
    if (known != null) {
      return known;
    }
    SocketRights rights = needed.rights();
    String upstream = needed.upstream();
    DescriptorUnion created =
        whole.narrowed(
            method -> rights.offers(method, routes.takenRoute(upstream, method)),
            service -> rights.offersSomeOf(service, routes.takenRoute(upstream, service + "/")));
    keep(needed, new View(new WeakReference<>(routes), whole, created));
    return created;
  }

  private synchronized void keep(Shown needed, View view) {
    views.put(needed, view);
    if (views.size() > MOST) {
      views.remove(views.keySet().iterator().next());
    }
  }
}
