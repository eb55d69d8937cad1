package dev.grpcos.gateway.config;

import dev.grpcos.gateway.channel.HttpProxy;
import dev.grpcos.gateway.schema.SchemaConfig;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A gRPC server whose services the gateway offers as its own.
 *
 * @param name a unique name of letters, digits, {@code - _ .}
 * @param target {@code unix:/absolute/path}, {@code unix-abstract:NAME}, {@code HOST:PORT} or
 *     {@code dns:///HOST:PORT}; an IPv6 address is in brackets
 * @param tls the TLS settings; null for plaintext. Also set if TLS is the default and the
 *     configuration has no settings
 * @param authority the name of the server in calls; null for the target's host, or {@code
 *     localhost} on Unix sockets
 * @param credentials the gateway's credentials; null to forward the caller's
 * @param services patterns of the full names of services to offer, see {@link NamePattern}; empty
 *     for all
 * @param schema descriptors for an upstream without reflection; usually none
 * @param deadline the longest time of a call; null for no limit but the caller's
 * @param retry the retry policy; null for no retries
 * @param connectTimeout the longest time to connect
 * @param keepalive pings that detect a dead connection; null for none
 * @param refresh how often the schema is fetched again by reflection
 * @param proxy connects to the target; null for a direct connection
 */
public record UpstreamConfig(
    String name,
    String target,
    @Nullable TlsConfig tls,
    @Nullable String authority,
    @Nullable CredentialsConfig credentials,
    List<NamePattern> services,
    SchemaConfig schema,
    @Nullable Duration deadline,
    @Nullable RetryConfig retry,
    Duration connectTimeout,
    @Nullable KeepaliveConfig keepalive,
    Duration refresh,
    @Nullable HttpProxy proxy) {
  public UpstreamConfig {
    services = List.copyOf(services);
  }

  /** Returns whether the configuration permits offering the service with this full name. */
  public boolean offers(String service) {
    return services.isEmpty() || services.stream().anyMatch(each -> each.matches(service));
  }
}
