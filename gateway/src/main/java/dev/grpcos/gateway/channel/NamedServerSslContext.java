package dev.grpcos.gateway.channel;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolNegotiator;
import io.netty.handler.ssl.SslContext;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSessionContext;

/**
 * Requests and verifies a server name that differs from the channel's authority. grpc-java takes
 * the name only from the authority.
 */
final class NamedServerSslContext extends SslContext {
  private final SslContext context;
  private final String serverName;

  NamedServerSslContext(SslContext context, String serverName) {
    this.context = context;
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
    return context.applicationProtocolNegotiator();
  }

  @Override
  public SSLEngine newEngine(ByteBufAllocator allocator) {
    return context.newEngine(allocator, serverName, -1);
  }

  @Override
  public SSLEngine newEngine(ByteBufAllocator allocator, String peerHost, int peerPort) {
    return context.newEngine(allocator, serverName, peerPort);
  }

  @Override
  public SSLSessionContext sessionContext() {
    return context.sessionContext();
  }
}
