package dev.grpcos.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.cli.distribution.Command;
import dev.grpcos.cli.distribution.Outcome;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Third-party clients against the gateway. {@code GRPCOS_TEST_NODE_PATH} names the folder {@code
 * node_modules} that has their npm packages; {@code .ci/run} installs all of them.
 */
final class ForeignClientsIT {
  private static final String PYTHON =
      """
      import sys, grpc
      with grpc.insecure_channel('unix:' + sys.argv[1]) as channel:
          hello = channel.unary_unary('/helloworld.Greeter/SayHello')
          print(hello(b'\\n\\x06python', timeout=120))
          many = channel.stream_stream('/helloworld.Greeter/SayHelloBidiStream')
          print(list(many(iter([b'\\n\\x01a', b'\\n\\x01b']), timeout=120)))
      """;

  private static final String NODE =
      """
      const grpc = require('@grpc/grpc-js');
      const client = new grpc.Client('unix:' + process.argv[1], grpc.credentials.createInsecure());
      const same = bytes => bytes;
      const world = Buffer.from('\\n\\x04node');
      const deadline = {deadline: Date.now() + 30000};
      client.makeUnaryRequest('/helloworld.Greeter/SayHello', same, same, world, deadline,
        (error, reply) => {
          console.log(error ? String(error) : JSON.stringify(reply.toString()));
          client.close();
        });
      """;

  @TempDir static Path folder;
  private static TestGateway gateway;

  @BeforeAll
  static void startGateway() throws Exception {
    gateway = TestGateway.run(folder.resolve("gateway.sock"));
  }

  @AfterAll
  static void stopGateway() {
    gateway.close();
  }

  private static Command command(Path program, String... arguments) {
    return new Command(program, arguments).with("HOME", folder.toString()).in(folder);
  }

  private static String socket() {
    return gateway.socket().toString();
  }

  private static Outcome grpcurl(String... arguments) {
    List<String> line = new ArrayList<>(List.of(arguments));
    int flags = line.indexOf("unix");
    line.set(flags, socket());
    line.addAll(flags, List.of("-plaintext", "-unix"));
    return new Command(ForeignTools.program("grpcurl"), line).in(folder).run();
  }

  @Test
  void grpcurlListsOverBothReflections() {
    Outcome services = grpcurl("unix", "list");
    assertThat(services.exit()).as("%s", services).isZero();
    assertThat(services.stdout().lines()).contains("helloworld.Greeter", "grpc.health.v1.Health");
    Outcome methods = grpcurl("unix", "list", "helloworld.Greeter");
    assertThat(methods.stdout().lines()).contains("helloworld.Greeter.SayHello");
    assertThat(
            grpcurl(
                "-d",
                "{\"list_services\":\"\"}",
                "unix",
                "grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo"))
        .extracting(Outcome::exit, outcome -> outcome.stdout().contains("helloworld.Greeter"))
        .containsExactly(0, true);
  }

  @Test
  void grpcurlDescribes() {
    Outcome method = grpcurl("unix", "describe", "helloworld.Greeter.SayHello");
    assertThat(method.exit()).as("%s", method).isZero();
    assertThat(method.stdout())
        .contains("rpc SayHello ( .helloworld.HelloRequest ) returns ( .helloworld.HelloReply );");
  }

  @Test
  void grpcurlCalls() {
    Outcome reply = grpcurl("-d", "{\"name\":\"grpcurl\"}", "unix", "helloworld.Greeter/SayHello");
    assertThat(reply).isEqualTo(new Outcome(0, "{\n  \"message\": \"Hello grpcurl\"\n}\n", ""));
  }

  @Test
  void nodeCalls() {
    Outcome reply =
        command(ForeignTools.program("node"), "-e", NODE, "--", socket())
            .with("NODE_PATH", ForeignTools.nodeModules().toString())
            .run();
    assertThat(reply).isEqualTo(new Outcome(0, "\"\\n\\nHello node\"\n", ""));
  }

  @Test
  void bufCalls() {
    Outcome reply =
        command(
                ForeignTools.nodeModules().resolve(".bin/buf"),
                "curl",
                "--protocol",
                "grpc",
                "--http2-prior-knowledge",
                "--unix-socket",
                socket(),
                "-d",
                "{\"name\":\"buf\"}",
                "http://localhost/helloworld.Greeter/SayHello")
            .run();
    assertThat(reply.exit()).as("%s", reply).isZero();
    assertThat(reply.stdout()).isEqualToIgnoringWhitespace("{\"message\": \"Hello buf\"}");
  }

  @Test
  void pythonCalls() {
    assertThat(command(ForeignTools.python(), "-c", PYTHON, socket()).run())
        .isEqualTo(
            new Outcome(
                0, "b'\\n\\x0cHello python'\n[b'\\n\\x07Hello a', b'\\n\\x07Hello b']\n", ""));
  }
}
