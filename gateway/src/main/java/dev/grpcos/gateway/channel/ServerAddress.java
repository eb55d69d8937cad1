package dev.grpcos.gateway.channel;

import io.netty.channel.unix.DomainSocketAddress;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The address of a gRPC server, as in a target name: {@code unix:PATH}, {@code unix-abstract:NAME},
 * {@code HOST:PORT}, {@code [v6]:PORT} or {@code dns:///HOST:PORT}.
 *
 * @see <a href="https://github.com/grpc/grpc/blob/master/doc/naming.md">gRPC name resolution</a>
 */
public sealed interface ServerAddress {
  /**
   * The size of {@code sun_path}, without the final zero of a path or the leading zero of an
   * abstract name.
   */
  int MAX_SUN_PATH = 107;

  /** A Unix socket in the file system. */
  record Unix(Path path) implements ServerAddress {
    public Unix {
      TargetText.requireFits(path.toString(), "the socket's path");
    }

    /** Returns the address for Netty. */
    public DomainSocketAddress socketAddress() {
      return new DomainSocketAddress(path.toString());
    }

    @Override
    public String toString() {
      return "unix:" + path;
    }
  }

  /** A Unix socket in Linux's abstract namespace. */
  record Abstract(String name) implements ServerAddress {
    public Abstract {
      TargetText.requireFits(name, "the socket's name");
    }

    /** Returns the address for Netty. */
    public DomainSocketAddress socketAddress() {
      return new DomainSocketAddress("\0" + name);
    }

    @Override
    public String toString() {
      return "unix-abstract:" + name;
    }
  }

  /**
   * A host and port over TCP.
   *
   * @param host a name, or an IPv4 or IPv6 address without brackets
   * @param balanced whether calls are spread over all addresses of the name, as with {@code dns:},
   *     or use the first address that answers
   */
  record Tcp(String host, int port, boolean balanced) implements ServerAddress {
    /** Returns host and port as an authority. */
    public String authority() {
      return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }

    @Override
    public String toString() {
      return (balanced ? "dns:///" : "") + authority();
    }
  }

  /** Returns whether this is a Unix socket of either kind, for which TLS is not the default. */
  default boolean isLocal() {
    return !(this instanceof Tcp);
  }

  /** Returns whether connections stay on this host: a Unix socket, or a loopback address. */
  default boolean isOnThisHost() {
    return !(this instanceof Tcp tcp) || isLoopback(tcp.host());
  }

  /**
   * Returns whether a host is {@code localhost}, or a loopback address with or without brackets.
   */
  static boolean isLoopback(String host) {
    if (host.equalsIgnoreCase("localhost")) {
      return true; // RFC 6761, section 6.3
    }
    byte[] address = NetUtil.createByteArrayFromIpAddressString(host);
    try {
      return address != null && InetAddress.getByAddress(address).isLoopbackAddress();
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an address of " + address.length + " bytes", e);
    }
  }

  /**
   * Parses a target name.
   *
   * @param folder the base of relative paths
   * @throws IllegalArgumentException if the text is invalid; the message begins with the quoted
   *     text and names the remedy
   */
  static ServerAddress parse(String text, Path folder) {
    return TargetText.parse(text, folder);
  }

  /** Returns the length of a name in bytes, as the kernel counts them. */
  static int length(String name) {
    return name.getBytes(StandardCharsets.UTF_8).length;
  }
}
