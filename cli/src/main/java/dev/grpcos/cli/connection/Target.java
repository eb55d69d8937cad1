package dev.grpcos.cli.connection;

import dev.grpcos.gateway.channel.ServerAddress;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where calls go and how: equal targets can share a connection.
 *
 * @param address where the server listens
 * @param gateway whether it is the gateway's own socket
 * @param tls null for cleartext
 * @param authority of every call; null for the address's own
 * @param keepaliveTime how long a connection with calls may be silent before a ping; null for none
 * @param userAgent what is said before gRPC's own words in {@code user-agent}; null for nothing
 */
public record Target(
    ServerAddress address,
    boolean gateway,
    @Nullable TlsSources tls,
    @Nullable String authority,
    @Nullable Duration keepaliveTime,
    @Nullable String userAgent) {

  /** The gateway that listens at this path. */
  public static Target gateway(Path socket) {
    return new Target(new ServerAddress.Unix(socket), true, null, null, null, null);
  }

  /** The address in words: the gateway's is its path. */
  @Override
  public String toString() {
    return gateway && address instanceof ServerAddress.Unix unix
        ? unix.path().toString()
        : address.toString();
  }
}
