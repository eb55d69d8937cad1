package dev.grpcos.gateway.config;

import dev.grpcos.gateway.channel.SpiffeId;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * TLS with an identity from a SPIFFE Workload API.
 *
 * @param socket the absolute path of the Workload API's Unix socket, which need not exist yet
 * @param serverId the identity that the server must have; without a path, any of its trust domain
 * @param id the identity to use; null for the first
 */
public record SpiffeConfig(Path socket, SpiffeId serverId, @Nullable SpiffeId id) {}
