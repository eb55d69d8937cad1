package dev.grpcos.gateway.channel;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ApplicationProtocolNegotiator;
import io.netty.handler.ssl.SslContext;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSessionContext;
import org.jspecify.annotations.Nullable;

/** Requests and verifies another server name than grpc-java does, or connects without ALPN. */
final class ClientSslContext extends SslContext {
  /**
   * grpc-java accepts a connection if this list contains the protocol that was negotiated, which is
   * null without ALPN; it requires HTTP/2 in the list.
   */
  @SuppressWarnings("deprecation") // the type of applicationProtocolNegotiator
  private static final ApplicationProtocolNegotiator NONE =
      () -> Arrays.asList(ApplicationProtocolNames.HTTP_2, null);

  private final SslContext context;
  private final boolean alpn;
  private final @Nullable String serverName;

  /**
   * Adapts a context.
   *
   * @param alpn whether the context negotiates HTTP/2
   * @param serverName null for the host of the channel's authority
   */
  ClientSslContext(SslContext context, boolean alpn, @Nullable String serverName) {
    this.context = context;
    this.alpn = alpn;
    this.serverName = serverName;
  }

  @Override
  public boolean isClient() {
    return context.isClient();
  }

  @Override
  public List<String> cipherSuites() {
    return context.cipherSuites();
  }

  @Override
  @SuppressWarnings("deprecation") // abstract in SslContext, and grpc-java calls it
  public ApplicationProtocolNegotiator applicationProtocolNegotiator() {
    return alpn ? context.applicationProtocolNegotiator() : NONE;
  }

  @Override
  public SSLEngine newEngine(ByteBufAllocator allocator) {
    return serverName == null
        ? context.newEngine(allocator)
        : context.newEngine(allocator, serverName, -1);
  }

  @Override
  public SSLEngine newEngine(ByteBufAllocator allocator, String peerHost, int peerPort) {
    return context.newEngine(allocator, serverName == null ? peerHost : serverName, peerPort);
  }

  @Override
  public SSLSessionContext sessionContext() {
    return context.sessionContext();
  }
}
