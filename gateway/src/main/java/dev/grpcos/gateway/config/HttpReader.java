package dev.grpcos.gateway.config;

import com.google.common.net.HostAndPort;
import com.google.common.net.InetAddresses;
import dev.grpcos.gateway.peer.Account;
import dev.grpcos.gateway.peer.Accounts;
import dev.grpcos.gateway.peer.PeerIdentity;
import dev.grpcos.gateway.process.OwnProcess;
import dev.grpcos.gateway.trust.AccessTokenFile;
import dev.grpcos.proto.config.v1.Http;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Checks HTTP over TCP of a configuration and creates its record. */
final class HttpReader {
  private static final List<NamePattern> ALL_METHODS = List.of(new NamePattern("*"));
  private static final String HOST_NAME = "[a-z0-9]([a-z0-9._-]*[a-z0-9])?";
  private static final String ORIGIN = "[a-z][a-z0-9+.-]*://[a-z0-9.\\[\\]:_-]+";

  /**
   * The kernel's number for a group that it cannot map, for users that the system does not know.
   */
  private static final int NO_GROUP = 65534;

  private HttpReader() {}

  /**
   * Reads the group of keys; null if a part of it is invalid, which is reported.
   *
   * @param policy the rules, which must name the user
   */
  static @Nullable HttpConfig read(
      Http http, List<PolicyRule> policy, Place place, Surroundings surroundings) {
    InetSocketAddress address = address(http, place.at("address"));
    Path token = token(http.getToken().getFile(), place.at("token").at("file"), surroundings);
    PeerIdentity caller = caller(http.getUser(), place.at("user"));
    if (caller != null) {
      checkRights(caller, policy, place.at("user"));
    }
    List<NamePattern> methods =
        place.at("methods").isGiven()
            ? PolicyReader.methods(
                http.getMethodsList(), MethodPatterns::problemOfSocket, place.at("methods"))
            : ALL_METHODS;
    Set<String> hosts = hosts(http.getHostsList(), place.at("hosts"));
    Set<String> origins = origins(http.getOriginsList(), place.at("origins"));
    return address == null || token == null || caller == null
        ? null
        : new HttpConfig(address, token, caller, methods, hosts, origins);
  }

  private static @Nullable InetSocketAddress address(Http http, Place place) {
    String text = http.getAddress();
    if (text.isEmpty()) {
      return null; // reported as missing
    }
    InetSocketAddress address = address(text);
    if (address == null) {
      place.problem(
          "is '%s', not an IP address and a port; give them, as in 127.0.0.1:8080 or [::1]:8080",
          text);
    } else if (!address.getAddress().isLoopbackAddress() && !http.getAllowRemote()) {
      place.problem(
          "is %s, which other machines can reach; give a loopback address, as in 127.0.0.1:%d, or"
              + " set listen.http.allow_remote: true if the network is trusted, because nothing is"
              + " encrypted",
          text, address.getPort());
    }
    return address;
  }

  private static @Nullable InetSocketAddress address(String text) {
    try {
      HostAndPort parts = HostAndPort.fromString(text);
      InetAddress ip = InetAddresses.forString(parts.getHost());
      return parts.hasPort() ? new InetSocketAddress(ip, parts.getPort()) : null;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static @Nullable Path token(String text, Place place, Surroundings surroundings) {
    if (text.isEmpty()) {
      return null; // reported as missing
    }
    Path file = surroundings.resolve(text, place);
    try {
      AccessTokenFile.read(file, OwnProcess.uid());
    } catch (IOException e) {
      place.problem("is not usable: %s", e.getMessage());
    }
    return file;
  }

  private static @Nullable PeerIdentity caller(String user, Place place) {
    if (user.isEmpty()) {
      return PeerIdentity.own();
    }
    Optional<Account> account = Accounts.user(user);
    if (account.isPresent()) {
      return new PeerIdentity(
          account.get().uid(), account.get().gid(), Accounts.groups(account.get()), 0);
    }
    OptionalInt uid = Accounts.uid(user);
    if (uid.isEmpty()) {
      place.problem("is '%s', an unknown user; give the name of an existing user", user);
      return null;
    }
    return new PeerIdentity(uid.getAsInt(), NO_GROUP, List.of(), 0);
  }

  private static void checkRights(PeerIdentity caller, List<PolicyRule> policy, Place place) {
    boolean mayCall =
        policy.isEmpty()
            ? PeerIdentity.isPrivileged(caller.uid())
            : policy.stream().anyMatch(rule -> caller.isNamedBy(rule.users(), rule.groups()));
    if (!mayCall) {
      place.problem(
          "is uid %s, which no rule of policy names, so that every call would be refused; add a"
              + " rule, or give another user",
          Integer.toUnsignedString(caller.uid()));
    }
  }

  private static Set<String> hosts(List<String> texts, Place place) {
    Set<String> hosts = new HashSet<>();
    for (int i = 0; i < texts.size(); i++) {
      String host = texts.get(i).toLowerCase(Locale.ROOT);
      if (host.startsWith("[") && host.endsWith("]")) {
        host = host.substring(1, host.length() - 1);
      }
      if (!host.matches(HOST_NAME) && !InetAddresses.isInetAddress(host)) {
        place
            .at(i)
            .problem(
                "is '%s', not a host name; give one without a port, as in localhost", texts.get(i));
      }
      hosts.add(host);
    }
    return hosts;
  }

  private static Set<String> origins(List<String> texts, Place place) {
    Set<String> origins = new HashSet<>();
    for (int i = 0; i < texts.size(); i++) {
      String origin = texts.get(i).toLowerCase(Locale.ROOT);
      if (!origin.matches(ORIGIN)) {
        place
            .at(i)
            .problem(
                "is '%s', not an origin; give scheme, host and port without a path, as in"
                    + " https://app.example",
                texts.get(i));
      }
      // Browsers leave out the port that the scheme implies.
      origins.add(origin.replaceFirst("^(http://.*):80$|^(https://.*):443$", "$1$2"));
    }
    return origins;
  }
}
