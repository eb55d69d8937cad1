package dev.grpcos.gateway.http;

import dev.grpcos.gateway.call.NamedUpstream;
import io.netty.handler.codec.http.HttpHeaders;
import org.jspecify.annotations.Nullable;

/**
 * What a request refers to: the methods of the gateway, or those of the upstream that it names.
 *
 * @param upstream the name of the upstream; null for the gateway. If a request gives it more than
 *     once, its call is refused.
 * @param catalog the methods
 * @param rights the rights of the caller
 */
record RequestScope(@Nullable String upstream, MethodCatalog catalog, HttpCaller.Rights rights) {
  /**
   * Returns the scope of a request with these headers. For a caller that may call nothing, there
   * are no methods, so that no schema is linked.
   */
  static RequestScope of(HttpHeaders headers, SharedCatalog catalogs, HttpCaller caller) {
    String upstream = headers.get(NamedUpstream.NAME);
    return new RequestScope(
        upstream,
        caller.hasRights().getAsBoolean() ? catalogs.of(upstream) : catalogs.none(),
        caller.rights());
  }

  /** Returns whether the caller may call the method with this full name. */
  boolean mayCall(String method) {
    return rights.mayCall(upstream, method);
  }
}
