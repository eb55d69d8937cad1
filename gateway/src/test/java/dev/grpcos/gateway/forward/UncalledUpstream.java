package dev.grpcos.gateway.forward;

import java.lang.reflect.Proxy;

/** An upstream for tests of routes, which make no calls. */
public final class UncalledUpstream {
  private UncalledUpstream() {}

  /** Returns a forwarder to an upstream whose use fails. */
  public static Forwarder forwarder() {
    return new Forwarder(
        (Destination)
            Proxy.newProxyInstance(
                Destination.class.getClassLoader(),
                new Class<?>[] {Destination.class},
                (proxy, method, arguments) -> {
                  throw new AssertionError(method + " is not needed");
                }));
  }
}
