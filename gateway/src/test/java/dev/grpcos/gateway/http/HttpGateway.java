package dev.grpcos.gateway.http;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.EmptyProto;
import dev.grpcos.gateway.Gateway;
import dev.grpcos.gateway.GatewayOptions;
import dev.grpcos.gateway.config.ConfigSource;
import dev.grpcos.gateway.config.GatewayConfig;
import dev.grpcos.gateway.upstream.TestServer;
import dev.grpcos.proto.helloworld.HelloRequest;
import io.grpc.ServerServiceDefinition;
import io.grpc.testing.integration.EmptyProtos;
import io.grpc.testing.integration.Messages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** A gateway in this process, perhaps with a server behind it, for tests of HTTP/1.1. */
final class HttpGateway implements AutoCloseable {
  private final Path folder;
  private final TestServer server;
  private final Gateway gateway;

  /** Starts a gateway with this configuration. */
  HttpGateway(Path folder, UnaryOperator<GatewayConfig> config) throws Exception {
    this(folder, config, List.of());
  }

  /** Starts a gateway for a server of these services, which the test's schemas describe. */
  HttpGateway(
      Path folder, UnaryOperator<GatewayConfig> config, List<ServerServiceDefinition> services)
      throws Exception {
    this(folder, config, services, testFiles());
  }

  /** Starts a gateway for a server of these services, which these files describe. */
  HttpGateway(
      Path folder,
      UnaryOperator<GatewayConfig> config,
      List<ServerServiceDefinition> services,
      List<FileDescriptorProto> files)
      throws Exception {
    this.folder = folder;
    this.server = new TestServer(folder.resolve("u.sock"), services);
    GatewayConfig initial = config.apply(GatewayConfig.defaults(folder.resolve("g.sock")));
    if (!services.isEmpty()) {
      initial =
          initial.withUpstreams(
              List.of(
                  TestServer.withProtoset(
                      TestServer.withServices(
                          server.config("u"),
                          services.stream()
                              .map(service -> service.getServiceDescriptor().getName())
                              .toArray(String[]::new)),
                      protoset(folder, files))));
    }
    gateway = Gateway.start(ConfigSource.fixed(initial), GatewayOptions.DEFAULT);
  }

  private static Path protoset(Path folder, List<FileDescriptorProto> files) throws IOException {
    return Files.write(
        folder.resolve("test.binpb"),
        FileDescriptorSet.newBuilder().addAllFile(files).build().toByteArray());
  }

  private static List<FileDescriptorProto> testFiles() {
    return Stream.of(
            HelloRequest.getDescriptor().getFile(),
            EmptyProto.getDescriptor(),
            EmptyProtos.getDescriptor(),
            Messages.getDescriptor(),
            io.grpc.testing.integration.Test.getDescriptor())
        .map(FileDescriptor::toProto)
        .toList();
  }

  Path socket() {
    return folder.resolve("g.sock");
  }

  Gateway gateway() {
    return gateway;
  }

  RawHttp1 connect() throws IOException {
    return new RawHttp1(socket());
  }

  /** Returns the response to a request on a connection of its own. */
  RawHttp1.Response exchange(String request) throws IOException {
    try (RawHttp1 connection = connect()) {
      return connection.send(request).response();
    }
  }

  @Override
  public void close() {
    gateway.close();
    server.close();
  }
}
