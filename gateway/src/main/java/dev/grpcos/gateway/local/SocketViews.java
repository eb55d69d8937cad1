package dev.grpcos.gateway.local;

import dev.grpcos.gateway.policy.SocketAccess;
import dev.grpcos.gateway.policy.SocketCaller;
import dev.grpcos.gateway.policy.SocketRights;
import dev.grpcos.gateway.reflection.DescriptorUnion;
import dev.grpcos.gateway.reflection.ShownDescriptors;
import io.grpc.ServerCall;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import java.lang.System.Logger.Level;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The descriptors that each socket shows: those of the methods that it offers. Safe for use by any
 * thread.
 *
 * <p>A view of a large schema takes long to create, so a thread does that, which ends when it has
 * been idle for a while. Each call waits for one view at most.
 */
final class SocketViews {
  private static final System.Logger LOG = System.getLogger("dev.grpcos.gateway.reflection");

  /** The number of views that are kept; the least recently used is dropped first. */
  private static final int MOST = 64;

  private static final int IDLE_SECONDS = 10;

  private final Supplier<DescriptorUnion> union;
  private final EventLoopGroup loops;
  private final ThreadPoolExecutor thread;
  private final Map<SocketRights, View> views = new LinkedHashMap<>(16, 0.75f, true);

  /**
   * A view, and the descriptors from which it was made.
   *
   * @param whole the descriptors of all services
   * @param shown the descriptors that are shown
   */
  private record View(DescriptorUnion whole, DescriptorUnion shown) {}

  /**
   * @param loops the event loops, which must not create views
   */
  SocketViews(Supplier<DescriptorUnion> union, EventLoopGroup loops) {
    this.union = union;
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
   * Returns the descriptors that the socket of a call shows: of the services at the start of the
   * call, those that the socket offers when a request arrives.
   */
  ShownDescriptors of(ServerCall<?, ?> call) {
    return new SocketView(SocketCaller.of(call).socket(), union.get());
  }

  /** The descriptors that one call shows. */
  private final class SocketView implements ShownDescriptors {
    private final SocketAccess socket;
    private final DescriptorUnion whole;
    private DescriptorUnion shown;

    SocketView(SocketAccess socket, DescriptorUnion whole) {
      this.socket = socket;
      this.whole = whole;
      this.shown = whole;
    }

    @Override
    public DescriptorUnion get() {
      return shown;
    }

    @Override
    public void prepare(Runnable then) {
      SocketRights rights = socket.rights();
      DescriptorUnion known = rights.equals(SocketRights.OWNER) ? whole : kept(rights, whole);
      EventExecutor loop = known == null ? currentLoop() : null;
      if (loop == null) {
        shown = known == null ? create(rights, whole) : known;
        then.run();
        return;
      }
      thread.execute(
          () -> {
            DescriptorUnion created = create(rights, whole);
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

  private synchronized @Nullable DescriptorUnion kept(SocketRights rights, DescriptorUnion whole) {
    View view = views.get(rights);
    return view != null && view.whole().equals(whole) ? view.shown() : null;
  }

  private DescriptorUnion create(SocketRights rights, DescriptorUnion whole) {
    DescriptorUnion known = kept(rights, whole);
    if (known != null) {
      return known;
    }
    DescriptorUnion created = whole.narrowed(rights::offers, rights::offersSomeOf);
    keep(rights, new View(whole, created));
    return created;
  }

  private synchronized void keep(SocketRights rights, View view) {
    views.put(rights, view);
    if (views.size() > MOST) {
      views.remove(views.keySet().iterator().next());
    }
  }
}
