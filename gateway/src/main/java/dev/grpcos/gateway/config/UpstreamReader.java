package dev.grpcos.gateway.config;

import dev.grpcos.gateway.channel.HttpProxy;
import dev.grpcos.gateway.channel.ServerAddress;
import dev.grpcos.proto.config.v1.Keepalive;
import dev.grpcos.proto.config.v1.Retry;
import dev.grpcos.proto.config.v1.Upstream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Checks the upstreams of a configuration and converts them to records. */
final class UpstreamReader {
  private static final String NAME = "[A-Za-z0-9._-]{1,63}";
  private static final String SERVICE_PATTERN = "[A-Za-z_*][A-Za-z0-9_.*]*";

  private final Surroundings surroundings;

  private UpstreamReader(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  static List<UpstreamConfig> read(
      List<Upstream> upstreams, Place place, Surroundings surroundings) {
    UpstreamReader reader = new UpstreamReader(surroundings);
    List<UpstreamConfig> configs = new ArrayList<>();
    Map<String, Place> names = new HashMap<>();
    for (int i = 0; i < upstreams.size(); i++) {
      Upstream upstream = upstreams.get(i);
      Place here = place.at(i);
      configs.add(reader.upstream(upstream, here));
      Place before = names.putIfAbsent(upstream.getName(), here.at("name"));
      if (before != null && !upstream.getName().isEmpty()) {
        here.at("name")
            .problem(
                "is '%s', as in line %d; give each upstream a different name",
                upstream.getName(), before.line());
      }
    }
    return configs;
  }

  private UpstreamConfig upstream(Upstream upstream, Place place) {
    if (!upstream.getName().isEmpty() && !upstream.getName().matches(NAME)) {
      place
          .at("name")
          .problem("is '%s'; give at most 63 letters, digits, - _ and .", upstream.getName());
    }
    ServerAddress address = address(upstream.getTarget(), surroundings, place.at("target"));
    TlsConfig tls = tls(upstream, address, place);
    HttpProxy proxy = proxy(upstream.getProxy(), address, place.at("proxy"));
    return new UpstreamConfig(
        upstream.getName(),
        address == null ? "" : address.toString(),
        tls,
        authority(upstream.getAuthority(), place.at("authority")),
        upstream.hasCredentials()
            ? CredentialsReader.read(
                upstream.getCredentials(),
                place.at("credentials"),
                surroundings,
                new CredentialsReader.Server(address, tls != null, proxy))
            : null,
        services(upstream.getServicesList(), place.at("services")),
        surroundings.schema(
            upstream.getProtosetList(),
            upstream.getProtoList(),
            upstream.getProtoPathList(),
            place),
        ProtoDurations.orNull(upstream.hasDeadline(), upstream.getDeadline()),
        upstream.hasRetry() ? retry(upstream.getRetry(), place.at("retry")) : null,
        ProtoDurations.of(upstream.getConnectTimeout()),
        upstream.hasKeepalive() ? keepalive(upstream.getKeepalive()) : null,
        ProtoDurations.of(upstream.getRefresh()),
        proxy);
  }

  /** Returns the address of a server, or null if it is missing or invalid. */
  static @Nullable ServerAddress address(String target, Surroundings surroundings, Place place) {
    if (target.isEmpty()) {
      return null; // already reported
    }
    try {
      return ServerAddress.parse(target, surroundings.folder());
    } catch (IllegalArgumentException e) {
      place.problem("is invalid: %s", e.getMessage());
      return null;
    }
  }

  /** Returns the proxy to an address, or null if there is none or it is invalid. */
  static @Nullable HttpProxy proxy(String text, @Nullable ServerAddress address, Place place) {
    if (text.isEmpty()) {
      return null;
    }
    if (address != null && address.isLocal()) {
      place.problem("is given for a Unix socket, which needs none; leave it out");
      return null;
    }
    try {
      return HttpProxy.parse(text);
    } catch (IllegalArgumentException e) {
      place.problem("%s", e.getMessage());
      return null;
    }
  }

  /** Returns the authority of calls, or null if there is none. */
  static @Nullable String authority(String authority, Place place) {
    if (authority.isEmpty()) {
      return null;
    }
    if (!authority.matches("[A-Za-z0-9._~:\\[\\]-]+")) {
      place.problem("is '%s', not an authority; give HOST or HOST:PORT", authority);
    }
    return authority;
  }

  private @Nullable TlsConfig tls(Upstream upstream, @Nullable ServerAddress address, Place place) {
    if (upstream.getPlaintext()) {
      if (upstream.hasTls()) {
        place.at("plaintext").problem("is true although tls is given; leave one of them out");
      }
      return null;
    }
    if (!upstream.hasTls() && !(address instanceof ServerAddress.Tcp)) {
      return null;
    }
    return TlsReader.read(upstream.getTls(), place.at("tls"), surroundings);
  }

  private static List<NamePattern> services(List<String> texts, Place place) {
    List<NamePattern> patterns = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      if (!texts.get(i).matches(SERVICE_PATTERN)) {
        place
            .at(i)
            .problem(
                "is '%s', not a service name; give a full name, as in billing.v1.*", texts.get(i));
      }
      patterns.add(new NamePattern(texts.get(i)));
    }
    return patterns;
  }

  private static RetryConfig retry(Retry retry, Place place) {
    RetryConfig config =
        new RetryConfig(
            retry.getAttempts(),
            ProtoDurations.of(retry.getInitialBackoff()),
            ProtoDurations.of(retry.getMaxBackoff()));
    if (config.maxBackoff().compareTo(config.initialBackoff()) < 0) {
      place.at("max_backoff").problem("is less than initial_backoff; give at least as much");
    }
    return config;
  }

  private static KeepaliveConfig keepalive(Keepalive keepalive) {
    return new KeepaliveConfig(
        ProtoDurations.of(keepalive.getTime()), ProtoDurations.of(keepalive.getTimeout()));
  }
}
