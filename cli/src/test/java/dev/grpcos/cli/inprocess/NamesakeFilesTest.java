package dev.grpcos.cli.inprocess;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.cli.distribution.Outcome;
import dev.grpcos.gateway.call.EncodedMessage;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCalls;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests two upstreams whose schemas have different files with the name {@code api.proto}. */
final class NamesakeFilesTest {
  @TempDir private Path folder;
  private Server server;

  @BeforeEach
  void serve() throws Exception {
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .addService(echo("a.v1.A"))
            .addService(echo("b.v1.B"))
            .build()
            .start();
  }

  @AfterEach
  void stop() {
    server.shutdownNow();
  }

  private static ServerServiceDefinition echo(String service) {
    MethodDescriptor<byte[], byte[]> get =
        MethodDescriptor.newBuilder(EncodedMessage.MARSHALLER, EncodedMessage.MARSHALLER)
            .setType(MethodType.UNARY)
            .setFullMethodName(service + "/Get")
            .build();
    return ServerServiceDefinition.builder(service)
        .addMethod(
            get,
            ServerCalls.asyncUnaryCall(
                (request, responses) -> {
                  responses.onNext(request);
                  responses.onCompleted();
                }))
        .build();
  }

  /**
   * Returns the configuration of an upstream whose messages have this field, in a separate file.
   */
  private String upstream(String name, String service, String field) throws Exception {
    Files.writeString(
        Files.createDirectory(folder.resolve(name)).resolve("api.proto"),
        """
        syntax = "proto3";
        package %s.v1;
        service %s { rpc Get(Thing) returns (Thing); }
        message Thing { %s = 1; }
        """
            .formatted(name, service, field));
    return "  - {name: %s, target: '127.0.0.1:%d', plaintext: true, proto: [api.proto], proto_path: [%s]}\n"
        .formatted(name, server.getPort(), name);
  }

  @Test
  void servicesUseTheFilesOfTheirUpstreams() throws Exception {
    Path configuration =
        Files.writeString(
            folder.resolve("gateway.yaml"),
            "upstreams:\n"
                + upstream("a", "A", "string text")
                + upstream("b", "B", "int64 number"));
    try (InProcessGateway gateway =
        InProcessGateway.start(folder.resolve("gateway.sock"), configuration)) {
      assertThat(run(gateway, "list").stdout()).contains("a.v1.A\n", "b.v1.B\n");
      assertThat(run(gateway, "describe", "a.v1.Thing").stdout()).contains("string text = 1;");
      assertThat(run(gateway, "describe", "b.v1.Thing").stdout()).contains("int64 number = 1;");
      assertThat(run(gateway, "call", "a.v1.A/Get", "text=x").stdout())
          .isEqualTo("{\"text\":\"x\"}\n");
      assertThat(run(gateway, "call", "b.v1.B/Get", "number=7").stdout())
          .isEqualTo("{\"number\":\"7\"}\n");
    }
  }

  private static Outcome run(InProcessGateway gateway, String... arguments) {
    Outcome outcome = CallRoute.RESIDENT.on(gateway.grpcos(arguments)).run();
    assertThat(outcome.exit()).as("%s", outcome).isZero();
    return outcome;
  }
}
