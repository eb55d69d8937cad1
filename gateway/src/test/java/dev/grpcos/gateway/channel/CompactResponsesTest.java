package dev.grpcos.gateway.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.CertificateBuilder.Algorithm;
import io.netty.pkitesting.X509Bundle;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class CompactResponsesTest {
  private static final int RESPONSE = 20_000_000;

  /** On a busy machine, more data may be in read buffers when a response is complete. */
  private static final int CALLS = 5;

  /** Includes chunks that are partly used, and read buffers. */
  private static final long MOST_MEMORY = RESPONSE * 3L / 2;

  private final EventLoopGroup loops = new EventLoops(2, "test");

  /** The allocator of the client's connections. */
  private final PooledByteBufAllocator buffers =
      new PooledByteBufAllocator(true, 0, 1, 8192, 8, 0, 0, true);

  @AfterEach
  void end() {
    loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  @Test
  void responseHoldsMemoryOfItsSize() throws Exception {
    assertThat(memoryOfResponse(null)).isBetween((long) RESPONSE, MOST_MEMORY);
  }

  @Test
  void responseThroughTlsHoldsMemoryOfItsSize() throws Exception {
    X509Bundle identity =
        new CertificateBuilder()
            .algorithm(Algorithm.ecp256)
            .subject("CN=localhost")
            .addSanDnsName("localhost")
            .setIsCertificateAuthority(true)
            .buildSelfSigned();
    assertThat(memoryOfResponse(identity)).isBetween((long) RESPONSE, MOST_MEMORY);
  }

  /** Returns the least memory of the client's buffers when a response has arrived. */
  private long memoryOfResponse(@Nullable X509Bundle identity) throws Exception {
    MethodDescriptor<byte[], Long> method =
        MethodDescriptor.newBuilder(new Bytes(), new UsedMemory())
            .setType(MethodType.UNARY)
            .setFullMethodName("test.Blobs/Get")
            .build();
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .channelType(EpollServerSocketChannel.class)
            .bossEventLoopGroup(loops)
            .workerEventLoopGroup(loops)
            .addService(
                ServerServiceDefinition.builder("test.Blobs")
                    .addMethod(
                        method.toBuilder(new Bytes(), new Bytes()).build(),
                        ServerCalls.asyncUnaryCall(
                            (request, response) -> {
                              response.onNext(new byte[RESPONSE]);
                              response.onCompleted();
                            }))
                    .build());
    ChannelSettings settings = ChannelSettings.DEFAULT;
    if (identity != null) {
      builder.sslContext(
          GrpcSslContexts.configure(
                  SslContextBuilder.forServer(identity.toKeyManagerFactory()), SslProvider.JDK)
              .build());
      settings =
          settings.withTls(
              new ClientTls(ClientTls.trusting(List.of(identity.getCertificate())), null, null));
    }
    Server server = builder.build().start();
    ManagedChannel channel =
        Channels.builder(
                new ServerAddress.Tcp("localhost", server.getPort(), false), settings, loops)
            .maxInboundMessageSize(RESPONSE)
            .withOption(ChannelOption.ALLOCATOR, buffers)
            .build();
    try {
      long least = Long.MAX_VALUE;
      for (int call = 0; call < CALLS && least > MOST_MEMORY; call++) {
        long memory =
            ClientCalls.blockingUnaryCall(
                channel,
                method,
                CallOptions.DEFAULT.withDeadlineAfter(60, TimeUnit.SECONDS),
                new byte[0]);
        least = Math.min(least, memory);
      }
      return least;
    } finally {
      channel.shutdownNow();
      server.shutdownNow();
    }
  }

  private static final class Bytes implements Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Reads a response as the memory that the client's buffers have at that time. */
  private final class UsedMemory implements Marshaller<Long> {
    @Override
    public InputStream stream(Long value) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Long parse(InputStream stream) {
      return CompactData.POOL.metric().usedDirectMemory() + buffers.metric().usedDirectMemory();
    }
  }
}
