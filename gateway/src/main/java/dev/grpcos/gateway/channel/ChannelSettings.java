package dev.grpcos.gateway.channel;

import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a channel to a server.
 *
 * @param tls null for cleartext
 * @param authority the authority of every call; null for the address's host and port, or {@code
 *     localhost} on Unix sockets
 * @param connectTimeout bounds only the TCP connection, not TLS and HTTP/2
 * @param keepaliveTime the time without data on a connection with calls before a ping, at least ten
 *     seconds; null for no pings
 * @param keepaliveTimeout the longest time to the answer of a ping
 * @param maxMessage the maximum number of bytes of one response message
 * @param maxMetadata the maximum number of bytes of a response's headers or trailers, counted as in
 *     HTTP/2
 * @param peerCheck decides on the server of a Unix socket; null to talk to any server
 * @param proxy connects to the server of a TCP address; null for a direct connection
 */
public record ChannelSettings(
    @Nullable ClientTls tls,
    @Nullable String authority,
    Duration connectTimeout,
    @Nullable Duration keepaliveTime,
    Duration keepaliveTimeout,
    int maxMessage,
    int maxMetadata,
    @Nullable PeerCheck peerCheck,
    @Nullable HttpProxy proxy) {

  /** Cleartext, five seconds to connect, no pings, messages of 64 MiB, metadata of 1 MiB. */
  public static final ChannelSettings DEFAULT =
      new ChannelSettings(
          null,
          null,
          Duration.ofSeconds(5),
          null,
          Duration.ofSeconds(20),
          64 << 20,
          1 << 20,
          null,
          null);

  public ChannelSettings withTls(@Nullable ClientTls value) {
    return with(draft -> draft.tls = value);
  }

  public ChannelSettings withAuthority(@Nullable String value) {
    return with(draft -> draft.authority = value);
  }

  public ChannelSettings withConnectTimeout(Duration value) {
    return with(draft -> draft.connectTimeout = value);
  }

  /**
   * Returns settings with pings after {@code time} without data, which fail after {@code timeout}.
   */
  public ChannelSettings withKeepalive(@Nullable Duration time, Duration timeout) {
    return with(
        draft -> {
          draft.keepaliveTime = time;
          draft.keepaliveTimeout = timeout;
        });
  }

  public ChannelSettings withMaxMessage(int value) {
    return with(draft -> draft.maxMessage = value);
  }

  public ChannelSettings withMaxMetadata(int value) {
    return with(draft -> draft.maxMetadata = value);
  }

  public ChannelSettings withPeerCheck(@Nullable PeerCheck value) {
    return with(draft -> draft.peerCheck = value);
  }

  public ChannelSettings withProxy(@Nullable HttpProxy value) {
    return with(draft -> draft.proxy = value);
  }

  private ChannelSettings with(Consumer<SettingsDraft> change) {
    SettingsDraft draft = new SettingsDraft(this);
    change.accept(draft);
    return draft.build();
  }

  /** Settings of which some are about to change. */
  private static final class SettingsDraft {
    @Nullable ClientTls tls;
    @Nullable String authority;
    Duration connectTimeout;
    @Nullable Duration keepaliveTime;
    Duration keepaliveTimeout;
    int maxMessage;
    int maxMetadata;
    @Nullable PeerCheck peerCheck;
    @Nullable HttpProxy proxy;

    SettingsDraft(ChannelSettings from) {
      tls = from.tls;
      authority = from.authority;
      connectTimeout = from.connectTimeout;
      keepaliveTime = from.keepaliveTime;
      keepaliveTimeout = from.keepaliveTimeout;
      maxMessage = from.maxMessage;
      maxMetadata = from.maxMetadata;
      peerCheck = from.peerCheck;
      proxy = from.proxy;
    }

    ChannelSettings build() {
      return new ChannelSettings(
          tls,
          authority,
          connectTimeout,
          keepaliveTime,
          keepaliveTimeout,
          maxMessage,
          maxMetadata,
          peerCheck,
          proxy);
    }
  }
}
