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
  /** Returns the scope of a request with these headers. */
  static RequestScope of(HttpHeaders headers, SharedCatalog catalogs, HttpCaller.Rights rights) {
    String upstream = headers.get(NamedUpstream.NAME);
    return new RequestScope(upstream, catalogs.of(upstream), rights);
  }

  /** Returns whether the caller may call the method with this full name. */
  boolean mayCall(String method) {
    return rights.mayCall(upstream, method);
  }
}
