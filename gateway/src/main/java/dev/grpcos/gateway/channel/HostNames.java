package dev.grpcos.gateway.channel;

import io.grpc.EquivalentAddressGroup;
import io.grpc.NameResolver;
import io.grpc.NameResolver.Args;
import io.grpc.NameResolver.Listener2;
import io.grpc.NameResolver.ResolutionResult;
import io.grpc.NameResolverProvider;
import io.grpc.ProxiedSocketAddress;
import io.grpc.Status;
import io.grpc.StatusOr;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A name resolver for hosts with names that {@link URI} rejects, such as {@code my_service}, which
 * container tools use. grpc-java's own resolver throws an exception for them.
 *
 * <p>gRPC loads this class as a service; {@link #target} creates targets for it.
 */
public final class HostNames extends NameResolverProvider {
  private static final String SCHEME = "grpcos-host";

  /** Returns whether gRPC's own resolver would throw an exception. */
  static boolean isRequiredFor(String authority) {
    try {
      return new URI("//" + authority).getHost() == null;
    } catch (URISyntaxException e) {
      return true;
    }
  }

  /** Returns a target for which this resolver returns the host's addresses. */
  static String target(String authority) {
    try {
      return new URI(SCHEME, "", "/" + authority, null).toASCIIString();
    } catch (URISyntaxException e) {
      throw new IllegalStateException("a path can be anything", e);
    }
  }

  @Override
  protected boolean isAvailable() {
    return true;
  }

  @Override
  protected int priority() {
    return 5; // the priority of gRPC's own resolver
  }

  @Override
  public String getDefaultScheme() {
    return SCHEME;
  }

  @Override
  public @Nullable NameResolver newNameResolver(URI target, Args args) {
    if (!SCHEME.equals(target.getScheme())) {
      return null;
    }
    String authority = target.getPath().substring(1);
    return new Lookups(authority, args);
  }

  /** A resolver that delivers results in the channel's synchronization context. */
  private static final class Lookups extends NameResolver {
    private final String authority;
    private final Args args;
    private final AtomicBoolean lookupRunning = new AtomicBoolean();
    private @Nullable Listener2 listener;
    private boolean ended;

    Lookups(String authority, Args args) {
      this.authority = authority;
      this.args = args;
    }

    @Override
    public String getServiceAuthority() {
      return authority;
    }

    @Override
    public void start(Listener2 listener) {
      this.listener = listener;
      refresh();
    }

    @Override
    public void refresh() {
      Executor executor = args.getOffloadExecutor();
      if (executor != null && lookupRunning.compareAndSet(false, true)) {
        executor.execute(this::lookUp);
      }
    }

    private void lookUp() {
      StatusOr<List<EquivalentAddressGroup>> found = addresses();
      args.getSynchronizationContext()
          .execute(
              () -> {
                lookupRunning.set(false);
                if (!ended && listener != null) {
                  Status unused =
                      listener.onResult2(
                          ResolutionResult.newBuilder().setAddressesOrError(found).build());
                }
              });
    }

    private StatusOr<List<EquivalentAddressGroup>> addresses() {
      int colon = authority.lastIndexOf(':');
      String host = authority.substring(0, colon);
      int port = Integer.parseInt(authority.substring(colon + 1));
      try {
        ProxiedSocketAddress proxied =
            args.getProxyDetector().proxyFor(InetSocketAddress.createUnresolved(host, port));
        if (proxied != null) {
          return StatusOr.fromValue(List.of(new EquivalentAddressGroup(proxied)));
        }
        return StatusOr.fromValue(
            Arrays.stream(InetAddress.getAllByName(host))
                .map(address -> new EquivalentAddressGroup(new InetSocketAddress(address, port)))
                .toList());
      } catch (IOException e) {
        return StatusOr.fromStatus(
            Status.UNAVAILABLE.withDescription("Unable to resolve host " + host).withCause(e));
      }
    }

    @Override
    public void shutdown() {
      ended = true;
    }
  }
}
