package dev.grpcos.gateway.channel;

import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Creates channel builders for servers.
 *
 * <p>grpc-java cannot resolve abstract sockets, or Unix sockets on a given event loop, from a
 * target name. Addresses are therefore resolved here, and only host names are left to its DNS
 * resolver. TLS is the JDK's implementation, which needs no native library and works on Unix
 * sockets.
 */
public final class Channels {
  /**
   * The flow control window of a connection on this machine, in bytes. It is fixed, because
   * measuring the round trip takes a ping with every batch of responses.
   */
  private static final int LOCAL_WINDOW = 1 << 20;

  private Channels() {}

  /**
   * Returns a builder of a channel to this server. Calls are not retried. Their callbacks run on
   * the event loops, which must be epoll event loops; the channel does not shut them down.
   *
   * @throws GeneralSecurityException if TLS cannot be set up with these settings
   */
  public static NettyChannelBuilder builder(
      ServerAddress address, ChannelSettings settings, EventLoopGroup loops)
      throws GeneralSecurityException {
    NettyChannelBuilder builder =
        to(address, settings.peerCheck(), settings.proxy()).eventLoopGroup(loops);
    if (settings.authority() != null) {
      builder.overrideAuthority(settings.authority());
    } else if (address.isLocal()) {
      // Servers reject an authority that is a path.
      builder.overrideAuthority("localhost");
    }
    ClientTls tls = settings.tls();
    if (tls == null) {
      builder.usePlaintext();
    } else {
      builder.useTransportSecurity().sslContext(sslContext(tls));
    }
    if (settings.keepaliveTime() != null) {
      builder
          .keepAliveTime(settings.keepaliveTime().toNanos(), TimeUnit.NANOSECONDS)
          .keepAliveTimeout(settings.keepaliveTimeout().toNanos(), TimeUnit.NANOSECONDS);
    }
    return builder
        .withOption(
            ChannelOption.CONNECT_TIMEOUT_MILLIS,
            (int) Math.max(1, Math.min(Integer.MAX_VALUE, settings.connectTimeout().toMillis())))
        .maxInboundMessageSize(settings.maxMessage())
        .maxInboundMetadataSize(settings.maxMetadata())
        .intercept(new LostConnections())
        .disableServiceConfigLookUp()
        .disableRetry()
        .directExecutor();
  }

  private static NettyChannelBuilder to(
      ServerAddress address, @Nullable PeerCheck check, @Nullable HttpProxy proxy) {
    if (address instanceof ServerAddress.Unix unix) {
      return local(unix.socketAddress(), check);
    }
    if (address instanceof ServerAddress.Abstract named) {
      return local(named.socketAddress(), check);
    }
    ServerAddress.Tcp tcp = (ServerAddress.Tcp) address;
    byte[] literal = proxy != null ? null : NetUtil.createByteArrayFromIpAddressString(tcp.host());
    if (literal != null) {
      return tcp(NettyChannelBuilder.forAddress(new InetSocketAddress(inet(literal), tcp.port())));
    }
    String authority = tcp.authority();
    NettyChannelBuilder builder =
        tcp(
            NettyChannelBuilder.forTarget(
                HostNames.isRequiredFor(authority)
                    ? HostNames.target(authority)
                    : "dns:///" + authority));
    builder.proxyDetector(proxy == null ? HttpProxy.NONE : proxy.detector());
    return tcp.balanced() ? builder.defaultLoadBalancingPolicy("round_robin") : builder;
  }

  private static NettyChannelBuilder local(DomainSocketAddress address, @Nullable PeerCheck check) {
    return NettyChannelBuilder.forAddress(new TargetSocketAddress(address.path()))
        .channelFactory(
            () ->
                Http2Setup.addTo(
                    check == null ? new EpollDomainSocketChannel() : CheckedConnect.channel(check)),
            TargetSocketAddress.class)
        .flowControlWindow(LOCAL_WINDOW)
        // A Unix socket has no SO_KEEPALIVE, and Netty would log a warning.
        .withOption(ChannelOption.SO_KEEPALIVE, null);
  }

  private static NettyChannelBuilder tcp(NettyChannelBuilder builder) {
    return builder.channelFactory(
        () -> Http2Setup.addTo(new EpollSocketChannel()), InetSocketAddress.class);
  }

  private static InetAddress inet(byte[] literal) {
    try {
      return InetAddress.getByAddress(literal);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an address of " + literal.length + " bytes", e);
    }
  }

  private static SslContext sslContext(ClientTls tls) throws GeneralSecurityException {
    SslContextBuilder builder =
        (tls.alpn()
                ? GrpcSslContexts.configure(SslContextBuilder.forClient(), SslProvider.JDK)
                : SslContextBuilder.forClient().sslProvider(SslProvider.JDK))
            .trustManager(tls.trust())
            // A resumed session does not check trust and identity again, which may have changed.
            .sessionTimeout(1);
    if (tls.identity() != null) {
      builder.keyManager(tls.identity());
    }
    try {
      SslContext context = builder.build();
      return tls.alpn() && tls.serverName() == null
          ? context
          : new ClientSslContext(context, tls.alpn(), tls.serverName());
    } catch (SSLException e) {
      throw new GeneralSecurityException("TLS cannot be set up: " + e.getMessage(), e);
    }
  }
}
