package dev.grpcos.gateway.channel;

import io.netty.util.NetUtil;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A parser of target names. */
final class TargetText {
  private static final Pattern SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*):(.*)");
  private static final Pattern HOST_PORT =
      Pattern.compile("(?:\\[([^\\[\\]]*)\\]|([^:\\[\\]/@?#\\s]+)):(\\d{1,9})");
  private static final String FORMS =
      "give HOST:PORT, dns:///HOST:PORT, unix:PATH or unix-abstract:NAME";

  private TargetText() {}

  static ServerAddress parse(String text, Path folder) {
    if (text.isBlank()) {
      throw new IllegalArgumentException("'" + text + "' is not a target: " + FORMS);
    }
    if (text.startsWith("/") || text.startsWith("./") || text.startsWith("../")) {
      throw refused(text, "looks like a path: give unix:" + text + " for a Unix socket");
    }
    Matcher scheme = SCHEME.matcher(text);
    if (!scheme.matches()) {
      return tcp(text, text, false);
    }
    String rest = scheme.group(2);
    return switch (scheme.group(1)) {
      case "unix" -> unix(text, rest, folder);
      case "unix-abstract" ->
          new ServerAddress.Abstract(
              required(text, rest, "the name of an abstract socket, as unix-abstract:NAME"));
      case "dns" -> tcp(text, dnsName(text, rest), true);
      case "http", "https" -> throw refused(text, "is a URL: give HOST:PORT alone");
      default -> {
        if (!rest.matches("\\d*")) { // no port, so the part before the colon is not a host
          throw refused(text, "has an unknown scheme, " + scheme.group(1) + ": " + FORMS);
        }
        yield tcp(text, text, false);
      }
    };
  }

  /** Parses {@code unix:PATH}. {@code unix:///PATH} is the same as {@code unix:/PATH}. */
  private static ServerAddress unix(String text, String rest, Path folder) {
    String path = rest;
    if (rest.startsWith("//")) {
      path = rest.substring(2);
      if (!path.startsWith("/")) {
        throw refused(
            text, "has a host, which a Unix socket cannot have: give unix:///PATH, or unix:PATH");
      }
    }
    required(text, path, "the path of a socket, as unix:PATH");
    if (path.indexOf('\0') >= 0) {
      throw refused(text, "contains a zero byte: give unix-abstract:NAME for an abstract socket");
    }
    return new ServerAddress.Unix(folder.resolve(path).normalize());
  }

  private static String dnsName(String text, String rest) {
    if (!rest.startsWith("//")) {
      return rest;
    }
    int end = rest.indexOf('/', 2);
    if (end != 2) {
      throw refused(text, "names a DNS server, which is not supported: give dns:///HOST:PORT");
    }
    return rest.substring(3);
  }

  private static ServerAddress tcp(String text, String hostPort, boolean balanced) {
    Matcher matcher = HOST_PORT.matcher(hostPort);
    if (!matcher.matches()) {
      if (NetUtil.isValidIpV6Address(hostPort)) {
        throw refused(
            text, "is an IPv6 address without brackets or port: give [" + hostPort + "]:PORT");
      }
      if (!hostPort.isEmpty() && !hostPort.matches(".*[:/@?#\\s\\[\\]].*")) {
        throw refused(text, "has no port: give HOST:PORT, as " + text + ":443");
      }
      throw refused(text, "is not an address: " + FORMS);
    }
    String v6 = matcher.group(1);
    if (v6 != null && !NetUtil.isValidIpV6Address(v6)) {
      throw refused(text, "has no IPv6 address in its brackets: give [IPv6]:PORT or HOST:PORT");
    }
    int port = Integer.parseInt(matcher.group(3));
    if (port < 1 || port > 65535) {
      throw refused(text, "has a port out of range: give 1 to 65535");
    }
    return new ServerAddress.Tcp(v6 != null ? v6 : matcher.group(2), port, balanced);
  }

  private static String required(String text, String rest, String what) {
    if (rest.isEmpty()) {
      throw refused(text, "is not complete: give " + what);
    }
    return rest;
  }

  /** Rejects a name that the kernel would cut. */
  static void requireFits(String name, String what) {
    int length = ServerAddress.length(name);
    if (length > ServerAddress.MAX_SUN_PATH) {
      throw new IllegalArgumentException(
          "'%s' is too long: %s has %d bytes, but a Unix socket permits %d; give a shorter one"
              .formatted(name, what, length, ServerAddress.MAX_SUN_PATH));
    }
  }

  private static IllegalArgumentException refused(String text, String why) {
    return new IllegalArgumentException("'" + text + "' " + why);
  }
}
