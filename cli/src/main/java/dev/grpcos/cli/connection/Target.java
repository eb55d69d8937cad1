package dev.grpcos.cli.connection;

import dev.grpcos.gateway.channel.HttpProxy;
import dev.grpcos.gateway.channel.ServerAddress;
import dev.grpcos.gateway.config.CredentialsConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The server of calls, and how to connect to it. Commands with equal targets can share a
 * connection.
 *
 * @param address the server's address
 * @param trust decides on the process that listens; null if the server is not a gateway
 * @param tls the TLS settings; null for cleartext
 * @param authority the authority of every call; null for the default of the address
 * @param keepaliveTime the time without data on a connection with calls before a ping; null for no
 *     pings
 * @param userAgent the text before that of gRPC in {@code user-agent}; null for none
 * @param proxy connects to the server; null for a direct connection
 * @param credentials the credentials of calls; null for none
 */
public record Target(
    ServerAddress address,
    @Nullable GatewayTrust trust,
    @Nullable TlsSources tls,
    @Nullable String authority,
    @Nullable Duration keepaliveTime,
    @Nullable String userAgent,
    @Nullable HttpProxy proxy,
    @Nullable CredentialsConfig credentials) {

  /**
   * Returns the gateway at a path that the caller named.
   *
   * @param caller the caller's user
   */
  public static Target gateway(Path socket, int caller) {
    return gateway(new GatewaySocket(socket, true, List.of()), caller);
  }

  /**
   * Returns the gateway at a socket.
   *
   * @param caller the caller's user
   */
  public static Target gateway(GatewaySocket socket, int caller) {
    return new Target(
        new ServerAddress.Unix(socket.path()),
        new GatewayTrust(socket, caller),
        null,
        null,
        null,
        null,
        null,
        null);
  }

  /** Returns whether the server is a gateway. */
  public boolean gateway() {
    return trust != null;
  }

  /** Returns the address for messages; for a gateway, its path. */
  @Override
  public String toString() {
    return gateway() && address instanceof ServerAddress.Unix unix
        ? unix.path().toString()
        : address.toString();
  }
}
