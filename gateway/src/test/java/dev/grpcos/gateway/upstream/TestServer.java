package dev.grpcos.gateway.upstream;

import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import dev.grpcos.gateway.channel.EventLoops;
import dev.grpcos.gateway.config.CredentialsConfig;
import dev.grpcos.gateway.config.KeepaliveConfig;
import dev.grpcos.gateway.config.NamePattern;
import dev.grpcos.gateway.config.RetryConfig;
import dev.grpcos.gateway.config.TlsConfig;
import dev.grpcos.gateway.config.UpstreamConfig;
import dev.grpcos.gateway.schema.SchemaConfig;
import dev.grpcos.proto.helloworld.HelloRequest;
import io.grpc.Server;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A gRPC server on a Unix socket behind a gateway. It can be killed and started again. */
public final class TestServer implements AutoCloseable {
  private final EventLoopGroup loops = new EventLoops(1, "test");
  private final Path socket;
  private final List<ServerServiceDefinition> services;
  private @Nullable Server server;

  /** Starts a server of these services. If there is a reflection service, list it too. */
  public TestServer(Path socket, List<ServerServiceDefinition> services) throws IOException {
    this.socket = socket;
    this.services = services;
    start();
  }

  /** Returns the service with these interceptors. The first one is the last to receive a call. */
  public static ServerServiceDefinition behind(
      ServerServiceDefinition service, List<ServerInterceptor> interceptors) {
    return ServerInterceptors.intercept(service, interceptors);
  }

  public void start() throws IOException {
    Files.deleteIfExists(socket);
    server =
        NettyServerBuilder.forAddress(new DomainSocketAddress(socket.toString()))
            .channelType(EpollServerDomainSocketChannel.class)
            .withChildOption(ChannelOption.SO_KEEPALIVE, null)
            .bossEventLoopGroup(loops)
            .workerEventLoopGroup(loops)
            .maxInboundMessageSize(64 << 20)
            .maxInboundMetadataSize(1 << 20)
            .addServices(services)
            .build()
            .start();
  }

  /** Ends the server like a kill: connections break. */
  public void kill() {
    if (server == null) {
      return;
    }
    try {
      server.shutdownNow().awaitTermination(60, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw new IllegalStateException("tests are not interrupted", e);
    }
  }

  /** Returns the upstream configuration for this server. */
  public UpstreamConfig config(String name) {
    return config(name, "unix:" + socket);
  }

  /** Returns the upstream configuration for a server at this target, with no other settings. */
  public static UpstreamConfig config(String name, String target) {
    return new UpstreamConfig(
        name,
        target,
        null,
        null,
        null,
        List.of(),
        SchemaConfig.NONE,
        null,
        null,
        Duration.ofMinutes(1),
        null,
        Duration.ofMinutes(1),
        null);
  }

  public static UpstreamConfig withServices(UpstreamConfig config, String... patterns) {
    return with(
        config,
        config.tls(),
        config.credentials(),
        List.of(patterns).stream().map(NamePattern::new).toList(),
        config.schema(),
        config.deadline(),
        config.retry());
  }

  /** Writes a descriptor set of the Greeter into this folder. */
  public static Path greeterProtoset(Path folder) throws IOException {
    byte[] files =
        FileDescriptorSet.newBuilder()
            .addFile(HelloRequest.getDescriptor().getFile().toProto())
            .build()
            .toByteArray();
    return Files.write(folder.resolve("greeter.binpb"), files);
  }

  public static UpstreamConfig withProtoset(UpstreamConfig config, Path protoset) {
    return with(
        config,
        config.tls(),
        config.credentials(),
        config.services(),
        SchemaConfig.ofProtoset(protoset),
        config.deadline(),
        config.retry());
  }

  /** Returns the configuration of a Greeter without reflection at this target. */
  static UpstreamConfig greeter(String name, String target, Path folder) throws IOException {
    return withProtoset(config(name, target), greeterProtoset(folder));
  }

  public static UpstreamConfig withDeadline(UpstreamConfig config, Duration deadline) {
    return with(
        config,
        config.tls(),
        config.credentials(),
        config.services(),
        config.schema(),
        deadline,
        config.retry());
  }

  public static UpstreamConfig withRetry(UpstreamConfig config, RetryConfig retry) {
    return with(
        config,
        config.tls(),
        config.credentials(),
        config.services(),
        config.schema(),
        config.deadline(),
        retry);
  }

  public static UpstreamConfig withCredentials(
      UpstreamConfig config, CredentialsConfig credentials) {
    return with(
        config,
        config.tls(),
        credentials,
        config.services(),
        config.schema(),
        config.deadline(),
        config.retry());
  }

  public static UpstreamConfig withTls(UpstreamConfig config, TlsConfig tls) {
    return with(
        config,
        tls,
        config.credentials(),
        config.services(),
        config.schema(),
        config.deadline(),
        config.retry());
  }

  public static UpstreamConfig withKeepalive(UpstreamConfig config, KeepaliveConfig keepalive) {
    return with(config, config.connectTimeout(), keepalive);
  }

  static UpstreamConfig withConnectTimeout(UpstreamConfig config, Duration timeout) {
    return with(config, timeout, config.keepalive());
  }

  private static UpstreamConfig with(
      UpstreamConfig config, Duration connectTimeout, @Nullable KeepaliveConfig keepalive) {
    return new UpstreamConfig(
        config.name(),
        config.target(),
        config.tls(),
        config.authority(),
        config.credentials(),
        config.services(),
        config.schema(),
        config.deadline(),
        config.retry(),
        connectTimeout,
        keepalive,
        config.refresh(),
        config.proxy());
  }

  private static UpstreamConfig with(
      UpstreamConfig config,
      @Nullable TlsConfig tls,
      @Nullable CredentialsConfig credentials,
      List<NamePattern> services,
      SchemaConfig schema,
      @Nullable Duration deadline,
      @Nullable RetryConfig retry) {
    return new UpstreamConfig(
        config.name(),
        config.target(),
        tls,
        config.authority(),
        credentials,
        services,
        schema,
        deadline,
        retry,
        config.connectTimeout(),
        config.keepalive(),
        config.refresh(),
        config.proxy());
  }

  @Override
  public void close() {
    kill();
    loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
  }
}
