package dev.grpcos.gateway.config;

import dev.grpcos.gateway.channel.HttpProxy;
import dev.grpcos.gateway.channel.ServerAddress;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A server that a user calls by a name of the user's own.
 *
 * @param plaintext whether the connection has no TLS
 * @param authority the authority of calls; null for that of the target
 * @param proxy connects to the target; null for that of the environment
 * @param credentials the credentials of calls; null for none
 * @param headers the metadata of calls, in the order of the file
 * @param deadline the longest time of a call; null for the default
 */
public record ContextConfig(
    String name,
    ServerAddress target,
    boolean plaintext,
    ContextTls tls,
    @Nullable String authority,
    @Nullable HttpProxy proxy,
    @Nullable CredentialsConfig credentials,
    Map<String, String> headers,
    @Nullable Duration deadline) {
  public ContextConfig {
    headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
  }
}
