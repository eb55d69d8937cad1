package dev.grpcos.gateway.local;

import dev.grpcos.gateway.policy.SocketAccess;
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

  /**
   * Returns the descriptors that the socket of a call shows: of the services at the start of the
   * call, those that the socket offers at present. Used by one thread at a time.
   */
  Supplier<DescriptorUnion> of(ServerCall<?, ?> call) {
    SocketAccess socket = SocketCaller.of(call).socket();
    DescriptorUnion whole = union.get();
    return new Supplier<>() {
      private SocketRights rights = socket.rights();
      private DescriptorUnion shown = shown(rights, whole);

      @Override
      public DescriptorUnion get() {
        SocketRights present = socket.rights();
        if (!present.equals(rights)) {
          rights = present;
          shown = shown(present, whole);
        }
        return shown;
      }
    };
  }

  private DescriptorUnion shown(SocketRights rights, DescriptorUnion whole) {
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
