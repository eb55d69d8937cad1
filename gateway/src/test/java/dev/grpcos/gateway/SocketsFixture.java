package dev.grpcos.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.gateway.config.GatewayConfig;
import dev.grpcos.gateway.config.ListenConfig;
import dev.grpcos.gateway.config.NamePattern;
import dev.grpcos.gateway.config.SocketConfig;
import dev.grpcos.proto.helloworld.GreeterGrpc;
import dev.grpcos.proto.helloworld.HelloRequest;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A gateway with a socket for one method and a socket for all methods, beside its own. */
abstract class SocketsFixture {
  static final String HELLO = "helloworld.Greeter/SayHello";
  static final String STREAM = "helloworld.Greeter/SayHelloStreamReply";

  @TempDir Path folder;
  volatile GatewayConfig config;
  Gateway gateway;

  Path path(String name) {
    return folder.resolve("n").resolve(name);
  }

  SocketConfig socket(String name, String... methods) {
    return new SocketConfig(
        new ListenConfig(path(name), 0600, null),
        Stream.of(methods).map(NamePattern::new).toList(),
        List.of());
  }

  final void configure(SocketConfig... sockets) {
    config = GatewayConfig.defaults(folder.resolve("own/g.sock")).withSockets(List.of(sockets));
  }

  @BeforeEach
  final void start() throws Exception {
    configure(socket("a.sock", HELLO), socket("b.sock", "*"));
    gateway = Gateway.start(() -> config, GatewayOptions.DEFAULT);
  }

  @AfterEach
  final void stop() {
    gateway.close();
    assertThat(path("")).isEmptyDirectory();
  }

  void reload() throws Exception {
    assertThat(gateway.reload().get().problems()).isEmpty();
  }

  static String greet(Channel channel) {
    return GreeterGrpc.newBlockingStub(channel)
        .sayHello(HelloRequest.newBuilder().setName("x").build())
        .getMessage();
  }

  static Status refusal(Runnable call) {
    try {
      call.run();
    } catch (StatusRuntimeException e) {
      return e.getStatus();
    }
    throw new AssertionError("the call was not refused");
  }

  static void stream(Channel channel) {
    GreeterGrpc.newBlockingStub(channel)
        .sayHelloStreamReply(HelloRequest.getDefaultInstance())
        .forEachRemaining(reply -> {});
  }

  static HealthCheckRequest request(String service) {
    return HealthCheckRequest.newBuilder().setService(service).build();
  }
}
