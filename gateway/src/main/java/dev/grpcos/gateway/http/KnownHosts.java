package dev.grpcos.gateway.http;

import com.google.common.net.HostAndPort;
import com.google.common.net.InetAddresses;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import java.net.InetAddress;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The host names that a request may have. A web page can make its own name resolve to a loopback
 * address (DNS rebinding), so that its requests are of the same origin for the browser; but then
 * they carry that name.
 *
 * @param names in lower case, without ports
 */
record KnownHosts(Set<String> names) {
  KnownHosts {
    names = Set.copyOf(names);
  }

  /**
   * Returns whether the Host header, and the host in the request target if it has one, are known.
   * The port is ignored, because it may be forwarded from another one.
   *
   * @param local the address to which the client is connected, which is always accepted
   */
  boolean accept(HttpRequest request, InetAddress local) {
    String target = request.uri();
    int scheme = target.indexOf("://");
    return isKnown(request.headers().get(HttpHeaderNames.HOST), local)
        && (target.startsWith("/")
            || scheme < 0
            || isKnown(target.substring(scheme + 3).split("[/?#]", 2)[0], local));
  }

  private boolean isKnown(@Nullable String authority, InetAddress local) {
    if (authority == null) {
      return false;
    }
    String host;
    try {
      host = HostAndPort.fromString(authority).getHost().toLowerCase(Locale.ROOT);
    } catch (IllegalArgumentException e) {
      return false;
    }
    return names.contains(host)
        || (InetAddresses.isInetAddress(host) && InetAddresses.forString(host).equals(local));
  }
}
