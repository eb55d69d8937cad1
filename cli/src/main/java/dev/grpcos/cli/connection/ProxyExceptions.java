package dev.grpcos.cli.connection;

import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The servers that are reached without a proxy, from NO_PROXY: a list of names, addresses and
 * networks, separated by commas or white space.
 *
 * <p>{@code example.com} stands for this name and the names that end in {@code .example.com},
 * {@code .example.com} and {@code *.example.com} only for the latter, {@code 10.0.0.0/8} for all
 * addresses of a network, and {@code *} for everything. A port restricts a name or an address.
 * Names are not resolved. {@code localhost} and loopback addresses are always in the list.
 */
final class ProxyExceptions {
  private static final Pattern PORT = Pattern.compile("(\\[[^\\]]*]|[^:]*):(\\d{1,5})");

  private final List<NoProxyEntry> entries = new ArrayList<>();

  /** An entry of the list. */
  private interface NoProxyEntry {
    /**
     * Returns whether a server matches.
     *
     * @param address the host as an address; null if it is a name
     */
    boolean matches(String host, int port, @Nullable InetAddress address);
  }

  ProxyExceptions(String list) {
    for (String text : list.toLowerCase(Locale.ROOT).split("[,\\s]+", -1)) {
      NoProxyEntry entry = text.isEmpty() ? null : entry(text);
      if (entry != null) {
        entries.add(entry);
      }
    }
  }

  boolean contain(String server, int port) {
    String host = server.toLowerCase(Locale.ROOT).replaceFirst("\\.$", "");
    InetAddress address = address(host);
    return host.equals("localhost")
        || (address != null && address.isLoopbackAddress())
        || entries.stream().anyMatch(entry -> entry.matches(host, port, address));
  }

  /** Returns the entry, or null if the text is none. */
  private static @Nullable NoProxyEntry entry(String text) {
    if (text.equals("*")) {
      return (host, port, address) -> true;
    }
    int slash = text.indexOf('/');
    if (slash >= 0) {
      return network(text.substring(0, slash), text.substring(slash + 1));
    }
    Matcher withPort = PORT.matcher(text);
    boolean hasPort = withPort.matches();
    String name = (hasPort ? withPort.group(1) : text).replaceAll("[\\[\\]]", "");
    int only = hasPort ? Integer.parseInt(withPort.group(2)) : 0;
    if (name.isEmpty()) {
      return null;
    }
    InetAddress expected = address(name);
    if (expected != null) {
      return (host, port, address) -> expected.equals(address) && (only == 0 || only == port);
    }
    String suffix = name.startsWith("*.") ? name.substring(1) : name;
    boolean exact = !suffix.startsWith(".");
    String ending = exact ? "." + suffix : suffix;
    return (host, port, address) ->
        (host.endsWith(ending) || (exact && host.equals(suffix))) && (only == 0 || only == port);
  }

  private static @Nullable NoProxyEntry network(String text, String prefix) {
    InetAddress base = address(text);
    if (base == null || !prefix.matches("\\d{1,3}")) {
      return null;
    }
    int length = Integer.parseInt(prefix);
    if (length > base.getAddress().length * 8) {
      return null;
    }
    IpSubnetFilterRule rule = new IpSubnetFilterRule(base, length, IpFilterRuleType.ACCEPT);
    return (host, port, address) ->
        address != null && rule.matches(new InetSocketAddress(address, 0));
  }

  private static @Nullable InetAddress address(String text) {
    byte[] bytes = NetUtil.createByteArrayFromIpAddressString(text);
    try {
      return bytes == null ? null : InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an address of " + bytes.length + " bytes", e);
    }
  }
}
