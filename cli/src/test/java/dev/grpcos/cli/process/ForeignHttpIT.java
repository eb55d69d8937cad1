package dev.grpcos.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.cli.distribution.Command;
import dev.grpcos.cli.distribution.Outcome;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Third-party clients of HTTP/1.1 and of the Connect protocol against a server of {@code
 * grpc.testing.TestService} behind a gateway, on the gateway's socket. {@code
 * GRPCOS_TEST_PYTHON_PATH} names the folder of the Python packages.
 */
final class ForeignHttpIT {
  @TempDir static Path folder;
  private static InteropGateway interop;
  private static TestGateway gateway;
  private static Path descriptors;

  @BeforeAll
  static void start() throws Exception {
    interop = InteropGateway.start(folder);
    gateway = interop.gateway();
    descriptors = interop.descriptors();
  }

  @AfterAll
  static void stop() {
    interop.close();
  }

  /** The command prints what the printed command of curl prints. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Greeter/SayHello \"name=it's\"",
        "Greeter/SayHello </dev/null",
        "Greeter/SayHelloStreamReply name=world --deadline 20s",
        "Greeter/SayHelloBidiStream -d '{\"name\":\"$HOME\"}{\"name\":\"EOF\\nEOF\"}'",
        "Greeter/SayHelloBidiStream -d ''",
        "TestService/StreamingInputCall -d '{\"payload\":{\"body\":\"AAAA\"}}{}'",
        "TestService/UnaryCall responseSize=100 -H 'x-grpc-test-echo-initial: a \"b\"' -H 'empty:'",
      })
  void printedCurlCommandMakesTheCall(String arguments) {
    ForeignTools.program("curl");
    Outcome called = gateway.bash("grpcos call " + arguments).run();
    assertThat(called.exit()).as("%s", called).isZero();

    assertThat(
            gateway
                .bash("set -o pipefail; grpcos call --dry-run=curl " + arguments + " | sh")
                .run())
        .isEqualTo(called);
  }

  @Test
  void printedCurlCommandGetsVariablesAndErrors() {
    ForeignTools.program("curl");
    String call =
        "X_TEST_TOKEN=1 sh -c \"$(grpcos call TestService/EmptyCall -d {} --dry-run=curl %s)\"";

    assertThat(gateway.bash(call.formatted("-H 'x-test-token: secret'")).run())
        .isEqualTo(new Outcome(0, "{}\n", ""));
    Outcome failed = gateway.bash(call.formatted("-H 'x-test-details: 1'")).run();
    assertThat(failed.stdout()).startsWith("{\"code\":\"not_found\",\"message\":\"no such thing\"");
    assertThat(failed.exit()).isEqualTo(22);
    Outcome late =
        gateway
            .bash(
                "grpcos call FullDuplexCall --deadline 2s --dry-run=curl -d"
                    + " '{\"responseParameters\":[{\"size\":1},{\"intervalUs\":20000000}]}' | sh")
            .run();
    assertThat(late.stdout())
        .contains("{\"payload\":{\"body\":\"AA==\"}}\n{\"error\":{\"code\":\"deadline_exceeded\"");
    assertThat(late.exit()).isNotZero();
  }

  @Test
  void bufPlaysTheCases() {
    BufClient buf =
        new BufClient(
            gateway.socket(),
            folder,
            List.of("--protocol", "connect", "--schema", descriptors.toString()));
    assertThat(buf.call("{}", "EmptyCall")).isEqualTo(new Outcome(0, "{}\n", ""));
    assertThat(buf.call("{\"payload\":{\"body\":\"AAAA\"}}{}", "StreamingInputCall").stdout())
        .contains("\"aggregatedPayloadSize\": 3");
    assertThat(
            buf.call("{\"responseParameters\":[{\"size\":3},{\"size\":6}]}", "StreamingOutputCall")
                .stdout())
        .contains("\"AAAA\"", "\"AAAAAAAA\"");
    Outcome failed = buf.call("{}", "EmptyCall", "-H", "x-test-details: 1");
    assertThat(failed.exit()).isNotZero();
    assertThat(failed.stderr()).contains("not_found", "no such thing", "google.rpc.ErrorInfo");
  }

  @Test
  void connectNodePlaysTheCasesWithEitherCodec() throws Exception {
    String cases =
        """
        large_unary 314159
        client_streaming 74922
        server_streaming [31415,9,2653,58979]
        half_duplex [31415,9]
        custom_metadata "test_initial_metadata_value" "q6ur"
        special_status_message "Unknown" true
        details "NotFound" "no such thing" ["google.rpc.ErrorInfo"]
        unimplemented_method "Unimplemented"
        timeout_on_sleeping_server "DeadlineExceeded"
        """;
    Command node =
        new Command(
                ForeignTools.program("node"),
                ForeignTools.script("interop-connect.js").toString(),
                gateway.socket().toString(),
                descriptors.toString())
            .with("NODE_PATH", ForeignTools.nodeModules().toString());

    assertThat(node.run()).isEqualTo(new Outcome(0, cases.repeat(2), ""));
  }

  @Test
  void pythonPlaysTheCases() throws Exception {
    Command python =
        new Command(
            ForeignTools.program("python3"),
            ForeignTools.script("interop-http.py").toString(),
            gateway.socket().toString(),
            ForeignTools.folder("GRPCOS_TEST_PYTHON_PATH", "Python packages").toString());

    assertThat(python.run())
        .isEqualTo(
            new Outcome(
                0,
                """
                empty_unary 200 b'{}\\n'
                large_unary 314159
                client_streaming b'{"aggregatedPayloadSize":74922}\\n'
                server_streaming [31415, 9]
                half_duplex [31415, 9]
                custom_metadata initial q6ur
                details 404 ['google.rpc.ErrorInfo']
                unknown_method 404 no method 'EmptyCal' in grpc.testing.TestService; did you mean 'EmptyCall'?
                timeout 504 deadline_exceeded
                requests {}
                requests_stream [9, 1]
                requests_cut
                """,
                ""));
  }
}
