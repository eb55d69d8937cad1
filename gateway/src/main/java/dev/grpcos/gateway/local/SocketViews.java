package dev.grpcos.gateway.local;

import dev.grpcos.gateway.policy.SocketCaller;
import dev.grpcos.gateway.policy.SocketRights;
import dev.grpcos.gateway.reflection.DescriptorUnion;
import io.grpc.ServerCall;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The descriptors that each socket shows: those of the methods that it offers. Safe for use by any
 * thread.
 */
final class SocketViews {
  /** The number of views that are kept; the least recently used is dropped first. */
  private static final int MOST = 64;

  private final Supplier<DescriptorUnion> union;
  private final Map<SocketRights, View> views = new LinkedHashMap<>(16, 0.75f, true);

  /**
   * A view, and the descriptors from which it was made.
   *
   * @param whole the descriptors of all services
   * @param shown the descriptors that are shown
   */
  private record View(DescriptorUnion whole, DescriptorUnion shown) {}

  SocketViews(Supplier<DescriptorUnion> union) {
    this.union = union;
  }

  /** Returns the descriptors that the socket of a call shows. */
  DescriptorUnion of(ServerCall<?, ?> call) {
    return of(SocketCaller.of(call).socket().rights());
  }

  /** Returns the descriptors that a socket with these rights shows. */
  DescriptorUnion of(SocketRights rights) {
    DescriptorUnion whole = union.get();
    return rights.equals(SocketRights.OWNER) ? whole : narrowed(rights, whole);
  }

  private synchronized DescriptorUnion narrowed(SocketRights rights, DescriptorUnion whole) {
    View view = views.get(rights);
    if (view == null || !view.whole().equals(whole)) {
      view = new View(whole, whole.narrowed(rights::offers, rights::offersSomeOf));
      views.put(rights, view);
      if (views.size() > MOST) {
        views.remove(views.keySet().iterator().next());
      }
    }
    return view.shown();
  }
}
