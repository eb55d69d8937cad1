package dev.grpcos.gateway.config;

import dev.grpcos.gateway.schema.SchemaConfig;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A gRPC server whose services the gateway offers as its own.
 *
 * @param name unique; letters, digits, {@code - _ .}
 * @param target {@code unix:/absolute/path}, {@code unix-abstract:NAME}, {@code HOST:PORT} or
 *     {@code dns:///HOST:PORT}; an IPv6 host stands in brackets
 * @param tls how TLS is spoken; null where the connection is plaintext. It is set where the
 *     configuration gives none but TLS is the default
 * @param authority the name of the server in calls; null: the target's host, {@code localhost} on
 *     Unix sockets
 * @param credentials what the gateway proves itself with; null: nothing, and what the caller sends
 *     is passed on
 * @param services patterns of full service names to offer, see {@link NamePattern}; empty: all
 * @param schema descriptors for an upstream without reflection; mostly none
 * @param deadline the longest that a call may take; null: as long as the caller gives
 * @param retry which failed calls are made again; null: none
 * @param connectTimeout the longest that connecting may take
 * @param keepalive pings that tell a dead connection; null: none
 * @param refresh how often reflection is asked again what there is
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
    Duration refresh) {
  public UpstreamConfig {
    services = List.copyOf(services);
  }

  /** Whether the configuration lets a service of this full name be offered. */
  public boolean offers(String service) {
    return services.isEmpty() || services.stream().anyMatch(each -> each.matches(service));
  }
}
