package dev.grpcos.gateway.exec;

import dev.grpcos.gateway.Gateway;
import dev.grpcos.gateway.GatewayOptions;
import dev.grpcos.gateway.SocketClient;
import dev.grpcos.gateway.config.ExecConfig;
import dev.grpcos.gateway.config.GatewayConfig;
import dev.grpcos.gateway.config.Limits;
import dev.grpcos.gateway.config.MethodConfig;
import dev.grpcos.gateway.config.ServiceConfig;
import dev.grpcos.gateway.installation.Installation;
import dev.grpcos.gateway.policy.SocketCaller;
import dev.grpcos.gateway.schema.SchemaConfig;
import dev.grpcos.proto.helloworld.GreeterGrpc;
import dev.grpcos.proto.helloworld.HelloRequest;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A gateway with a Greeter made of programs, and a client of it. */
final class ExecGateway implements AutoCloseable {
  private final Gateway gateway;
  private final SocketClient clients;
  private final Channel channel;

  private ExecGateway(Gateway gateway) {
    this.gateway = gateway;
    clients = new SocketClient(gateway.socket());
    channel = clients.channel();
  }

  /** Starts a gateway with these methods. */
  static ExecGateway serving(Path folder, Limits limits, Map<String, MethodConfig> methods)
      throws Exception {
    return serving(folder, limits, methods, Scripts.KEEPER);
  }

  /** Starts a gateway that uses this {@code grpcos-exec}. */
  static ExecGateway serving(
      Path folder, Limits limits, Map<String, MethodConfig> methods, Path keeper) throws Exception {
    Path protoset = Files.write(folder.resolve("greeter.binpb"), Scripts.descriptors());
    GatewayConfig config =
        GatewayConfig.defaults(folder.resolve("g.sock"))
            .withLimits(limits)
            .withServices(
                List.of(
                    new ServiceConfig(
                        "helloworld.Greeter", SchemaConfig.ofProtoset(protoset), methods)));
    return new ExecGateway(
        Gateway.start(
            () -> config,
            GatewayOptions.DEFAULT.withInstallation(
                new Installation(Optional.of(keeper), Optional.empty(), Optional.empty()))));
  }

  /** Returns a method that starts a process for each call. */
  static MethodConfig each(Path program) {
    return method(program, 0, null);
  }

  /** Returns a method that starts a process for each call, with a deadline. */
  static MethodConfig each(Path program, Duration deadline) {
    return method(program, 0, deadline);
  }

  /** Returns a method with a persistent process. */
  static MethodConfig staying(Path program) {
    return staying(program, 1);
  }

  /** Returns a method with up to this number of persistent processes. */
  static MethodConfig staying(Path program, int pool) {
    return method(program, pool, null);
  }

  private static MethodConfig method(Path program, int pool, @Nullable Duration deadline) {
    return new MethodConfig(
        new ExecConfig(List.of(program.toString()), pool > 0, Math.max(1, pool)),
        deadline,
        Integer.MAX_VALUE,
        Map.of(),
        program.resolveSibling(""),
        null);
  }

  /** Returns another client with its own connections. */
  SocketClient client() {
    return new SocketClient(gateway.socket());
  }

  Channel channel() {
    return channel;
  }

  /** Returns a channel of this caller. */
  Channel channel(SocketCaller caller) {
    return gateway.channelFor(caller);
  }

  GreeterGrpc.GreeterStub greeter() {
    return GreeterGrpc.newStub(channel);
  }

  /** Makes a unary call and returns its status. The description of OK is the response's message. */
  Status call(String name) {
    try {
      return Status.OK.withDescription(
          GreeterGrpc.newBlockingStub(channel)
              .withDeadlineAfter(60, TimeUnit.SECONDS)
              .sayHello(HelloRequest.newBuilder().setName(name).build())
              .getMessage());
    } catch (StatusRuntimeException e) {
      return e.getStatus();
    }
  }

  @Override
  public void close() {
    clients.close();
    gateway.close();
  }
}
