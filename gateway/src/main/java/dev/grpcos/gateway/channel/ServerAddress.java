package dev.grpcos.gateway.channel;

import io.netty.channel.unix.DomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Where a gRPC server listens, as the name of a target says: {@code unix:PATH}, {@code
 * unix-abstract:NAME}, {@code HOST:PORT}, {@code [v6]:PORT} or {@code dns:///HOST:PORT}.
 *
 * @see <a href="https://github.com/grpc/grpc/blob/master/doc/naming.md">gRPC name resolution</a>
 */
public sealed interface ServerAddress {
  /**
   * What {@code sun_path} holds, without its terminating zero or an abstract name's leading one.
   */
  int MAX_SUN_PATH = 107;

  /** A Unix socket in the file system. */
  record Unix(Path path) implements ServerAddress {
    public Unix {
      TargetText.requireFits(path.toString(), "the socket's path");
    }

    /** The address as Netty takes it. */
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

    /** The address as Netty takes it. */
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
   * @param host a name, or a v4 or v6 address without brackets
   * @param balanced whether the calls are spread over all addresses of the name, as {@code dns:}
   *     asks for, or go to the first that answers
   */
  record Tcp(String host, int port, boolean balanced) implements ServerAddress {
    /** Host and port, as an authority. */
    public String authority() {
      return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }

    @Override
    public String toString() {
      return (balanced ? "dns:///" : "") + authority();
    }
  }

  /** Whether it is a Unix socket of either kind, where TLS is not the default. */
  default boolean isLocal() {
    return !(this instanceof Tcp);
  }

  /**
   * Reads the name of a target.
   *
   * @param folder against which a relative path is resolved
   * @throws IllegalArgumentException if it is none; the message begins with the text in quotes and
   *     names the remedy
   */
  static ServerAddress parse(String text, Path folder) {
    return TargetText.parse(text, folder);
  }

  /** Bytes of a name as the kernel counts them. */
  static int length(String name) {
    return name.getBytes(StandardCharsets.UTF_8).length;
  }
}
