package dev.grpcos.gateway.config;

import dev.grpcos.gateway.peer.PeerIdentity;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * HTTP over TCP.
 *
 * @param address an IP address and a port; port 0 is any free port
 * @param token the absolute path of the file with the bearer token
 * @param caller the user on whose behalf requests are made
 * @param methods patterns of the methods that may be called, of those that the policy allows
 * @param hosts the host names that requests may have, in lower case, in addition to the address
 * @param origins the web origins whose pages may call, in lower case
 */
public record HttpConfig(
    InetSocketAddress address,
    Path token,
    PeerIdentity caller,
    List<NamePattern> methods,
    Set<String> hosts,
    Set<String> origins) {
  public HttpConfig {
    methods = List.copyOf(methods);
    hosts = Set.copyOf(hosts);
    origins = Set.copyOf(origins);
  }
}
