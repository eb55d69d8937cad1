package dev.grpcos.gateway.channel;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.grpc.HttpConnectProxiedSocketAddress;
import io.grpc.ProxyDetector;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A proxy that connects to servers by the CONNECT method of HTTP/1.1. The connection to the proxy
 * itself is not encrypted; the proxy resolves the names of servers.
 *
 * @param host a name, or an IPv4 or IPv6 address without brackets
 * @param user the name for basic authentication; null for none
 * @param password null for none
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#CONNECT">RFC 9110, CONNECT</a>
 */
public record HttpProxy(String host, int port, @Nullable String user, @Nullable String password) {
  private static final int DEFAULT_PORT = 80;
  private static final Pattern URL =
      Pattern.compile(
          "(?:(?<scheme>[A-Za-z][A-Za-z0-9+.-]*)://)?(?:(?<user>[^/?#]*)@)?"
              + "(?:\\[(?<v6>[0-9A-Fa-f:.]+)]|(?<host>[^:/?#@\\[\\]\\s]+))"
              + "(?::(?<port>\\d{1,5}))?/?");

  /** Uses no proxy, also if system properties of the JVM name one. */
  static final ProxyDetector NONE = server -> null;

  /**
   * Parses {@code http://[USER[:PASSWORD]@]HOST[:PORT]}, also without {@code http://}. Special
   * characters of the user and the password are percent-encoded.
   *
   * @throws IllegalArgumentException if the text is anything else; the message contains no part of
   *     it, because it may contain a password
   */
  public static HttpProxy parse(String text) {
    Matcher url = URL.matcher(text.strip());
    if (!url.matches()) {
      throw new IllegalArgumentException(
          "is not the address of a proxy; give http://HOST:PORT or http://USER:PASSWORD@HOST:PORT");
    }
    String scheme = url.group("scheme");
    if (scheme != null && !scheme.equalsIgnoreCase("http")) {
      throw new IllegalArgumentException(
          "names a proxy of another kind than HTTP; give http://HOST:PORT");
    }
    int port = url.group("port") == null ? DEFAULT_PORT : Integer.parseInt(url.group("port"));
    if (port < 1 || port > 65535) {
      throw new IllegalArgumentException("has a port out of range; give 1 to 65535");
    }
    String host = url.group("v6") == null ? url.group("host") : url.group("v6");
    String login = url.group("user");
    if (login == null) {
      return new HttpProxy(host, port, null, null);
    }
    int colon = login.indexOf(':');
    return colon < 0
        ? new HttpProxy(host, port, decoded(login), "")
        : new HttpProxy(
            host, port, decoded(login.substring(0, colon)), decoded(login.substring(colon + 1)));
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text.replace("+", "%2B"), UTF_8);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "has a user or password with a % that encodes nothing; write %25 for it", e);
    }
  }

  /** Returns the detector for a channel whose servers are all reached through this proxy. */
  ProxyDetector detector() {
    return server ->
        HttpConnectProxiedSocketAddress.newBuilder()
            .setProxyAddress(new InetSocketAddress(InetAddress.getByName(host), port))
            .setTargetAddress((InetSocketAddress) server)
            .setUsername(user)
            .setPassword(password)
            .build();
  }

  /** Returns host and port, without the login. */
  @Override
  public String toString() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }
}
