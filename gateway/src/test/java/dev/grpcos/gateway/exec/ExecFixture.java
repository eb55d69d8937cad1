package dev.grpcos.gateway.exec;

import dev.grpcos.gateway.config.ExecConfig;
import dev.grpcos.gateway.config.Limits;
import dev.grpcos.gateway.config.MethodConfig;
import dev.grpcos.proto.helloworld.GreeterGrpc;
import dev.grpcos.proto.helloworld.HelloRequest;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** A Greeter whose methods are programs of a test, with an ordinary client. */
abstract class ExecFixture {
  static final HelloRequest WORLD = HelloRequest.newBuilder().setName("world").build();

  @TempDir Path folder;
  private @Nullable ExecGateway running;

  @AfterEach
  final void close() {
    if (running != null) {
      running.close();
    }
  }

  Path script(String name, String text) throws Exception {
    return Scripts.script(folder, name, text);
  }

  MethodConfig method(Path program, String... arguments) {
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(List.of(arguments));
    return new MethodConfig(
        new ExecConfig(command, false, 1), null, Integer.MAX_VALUE, Map.of(), folder, null);
  }

  static MethodConfig within(Duration deadline, MethodConfig method) {
    return new MethodConfig(
        method.exec(), deadline, method.concurrency(), Map.of(), method.directory(), null);
  }

  static MethodConfig persistent(int pool, MethodConfig method) {
    return new MethodConfig(
        new ExecConfig(method.exec().command(), true, pool),
        method.deadline(),
        method.concurrency(),
        Map.of(),
        method.directory(),
        null);
  }

  void serve(Map<String, MethodConfig> methods) throws Exception {
    serve(methods, Limits.DEFAULT);
  }

  void serve(Map<String, MethodConfig> methods, Limits limits) throws Exception {
    running = ExecGateway.serving(folder, limits, methods);
  }

  Channel channel() {
    return Objects.requireNonNull(running, "serve() comes first").channel();
  }

  GreeterGrpc.GreeterBlockingStub greeter() {
    return GreeterGrpc.newBlockingStub(channel());
  }

  GreeterGrpc.GreeterStub greeterAsync() {
    return GreeterGrpc.newStub(channel());
  }

  /** Returns the status of a call. The description of OK is the response's message. */
  Status failure() {
    try {
      return Status.OK.withDescription(greeter().sayHello(WORLD).getMessage());
    } catch (StatusRuntimeException e) {
      return e.getStatus();
    }
  }
}
