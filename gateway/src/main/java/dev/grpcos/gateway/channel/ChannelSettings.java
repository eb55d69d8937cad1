package dev.grpcos.gateway.channel;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a channel speaks with its server.
 *
 * @param tls null for cleartext
 * @param authority of every call; null for the address's host and port, and {@code localhost} on
 *     Unix sockets
 * @param connectTimeout bounds the TCP connection alone; TLS and HTTP/2 come after
 * @param keepaliveTime how long a connection with calls may be silent before a ping, at least ten
 *     seconds; null for no pings
 * @param keepaliveTimeout how long the answer to a ping may take
 * @param maxMessage bytes of one response message
 * @param maxMetadata bytes of a response's headers or trailers, as HTTP/2 counts them
 */
public record ChannelSettings(
    @Nullable ClientTls tls,
    @Nullable String authority,
    Duration connectTimeout,
    @Nullable Duration keepaliveTime,
    Duration keepaliveTimeout,
    int maxMessage,
    int maxMetadata) {

  /** Cleartext, five seconds to connect, no pings, messages of 64 MiB, metadata of 1 MiB. */
  public static final ChannelSettings DEFAULT =
      new ChannelSettings(
          null, null, Duration.ofSeconds(5), null, Duration.ofSeconds(20), 64 << 20, 1 << 20);

  public ChannelSettings withTls(@Nullable ClientTls value) {
    return new ChannelSettings(
        value, authority, connectTimeout, keepaliveTime, keepaliveTimeout, maxMessage, maxMetadata);
  }

  public ChannelSettings withAuthority(@Nullable String value) {
    return new ChannelSettings(
        tls, value, connectTimeout, keepaliveTime, keepaliveTimeout, maxMessage, maxMetadata);
  }

  public ChannelSettings withConnectTimeout(Duration value) {
    return new ChannelSettings(
        tls, authority, value, keepaliveTime, keepaliveTimeout, maxMessage, maxMetadata);
  }

  /** Pings after {@code time} without a sound, and gives up {@code timeout} after a ping. */
  public ChannelSettings withKeepalive(@Nullable Duration time, Duration timeout) {
    return new ChannelSettings(
        tls, authority, connectTimeout, time, timeout, maxMessage, maxMetadata);
  }

  public ChannelSettings withMaxMessage(int value) {
    return new ChannelSettings(
        tls, authority, connectTimeout, keepaliveTime, keepaliveTimeout, value, maxMetadata);
  }

  public ChannelSettings withMaxMetadata(int value) {
    return new ChannelSettings(
        tls, authority, connectTimeout, keepaliveTime, keepaliveTimeout, maxMessage, value);
  }
}
