package dev.grpcos.cli.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.cli.distribution.Command;
import dev.grpcos.cli.distribution.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Third-party clients against a server of {@code grpc.testing.TestService} behind a gateway, on the
 * gateway's socket: as many cases of the interoperability suite as each can play.
 */
final class ForeignInteropIT {
  private static final String SERVICE = "grpc.testing.TestService/";

  @TempDir static Path folder;
  private static InteropGateway interop;
  private static TestGateway gateway;

  @BeforeAll
  static void start() throws Exception {
    interop = InteropGateway.start(folder);
    gateway = interop.gateway();
  }

  @AfterAll
  static void stop() {
    interop.close();
  }

  private static String zeros(int count) {
    return Base64.getEncoder().encodeToString(new byte[count]);
  }

  private static String payload(int bytes) {
    return "{\"payload\":{\"body\":\"" + zeros(bytes) + "\"}}";
  }

  private static String sizes(int... sizes) {
    StringBuilder text = new StringBuilder("{\"responseParameters\":[");
    for (int size : sizes) {
      text.append(text.toString().endsWith("[") ? "" : ",").append("{\"size\":" + size + "}");
    }
    return text.append("]}").toString();
  }

  /** Sizes of the bodies in some JSON. */
  private static List<Integer> bodies(String json) {
    return json.lines()
        .filter(line -> line.contains("\"body\""))
        .map(line -> line.replaceFirst(".*\"body\": *\"([^\"]*)\".*", "$1"))
        .map(body -> Base64.getDecoder().decode(body).length)
        .toList();
  }

  private static Outcome grpcurl(String input, String method, String... flags) {
    List<String> line = new ArrayList<>(List.of("-plaintext", "-unix", "-d", "@"));
    line.addAll(List.of(flags));
    line.addAll(List.of(gateway.socket().toString(), SERVICE + method));
    return new Command(ForeignTools.program("grpcurl"), line)
        .in(folder)
        .stdinPipe(input.getBytes(UTF_8))
        .run();
  }

  @Test
  void grpcurlPlaysTheCases() {
    assertThat(grpcurl("{}", "EmptyCall")).isEqualTo(new Outcome(0, "{}\n", ""));
    Outcome large =
        grpcurl(
            "{\"responseSize\":314159,\"payload\":{\"body\":\"" + zeros(271_828) + "\"}}",
            "UnaryCall");
    assertThat(bodies(large.stdout())).containsExactly(314_159);
    Outcome total =
        grpcurl(
            payload(27_182) + payload(8) + payload(1_828) + payload(45_904), "StreamingInputCall");
    assertThat(total.stdout()).contains(": 74922\n");
    assertThat(bodies(grpcurl(sizes(31_415, 9, 2_653), "StreamingOutputCall").stdout()))
        .containsExactly(31_415, 9, 2_653);
    assertThat(bodies(grpcurl(sizes(31_415) + sizes(9), "FullDuplexCall").stdout()))
        .containsExactly(31_415, 9);
    assertThat(grpcurl("", "FullDuplexCall")).isEqualTo(new Outcome(0, "", ""));
  }

  @Test
  void grpcurlGetsMetadataAndFailuresAsTheyAre() {
    Outcome echoed =
        grpcurl(
            "{}",
            "UnaryCall",
            "-v",
            "-H",
            "x-grpc-test-echo-initial: test_initial_metadata_value",
            "-H",
            "x-grpc-test-echo-trailing-bin: q6ur");
    assertThat(echoed.stdout())
        .contains("x-grpc-test-echo-initial: test_initial_metadata_value\n")
        .contains("x-grpc-test-echo-trailing-bin: q6ur\n")
        .doesNotContain("grpcos-origin");
    Outcome failed =
        grpcurl(
            "{\"responseStatus\":{\"code\":2,\"message\":\"test status message\"}}", "UnaryCall");
    assertThat(failed.stderr()).contains("Code: Unknown", "Message: test status message");
    assertThat(failed.exit()).isEqualTo(64 + 2);
    Outcome detailed = grpcurl("{}", "EmptyCall", "-H", "x-test-details: 1");
    assertThat(detailed.stderr())
        .contains("Code: NotFound", "Message: no such thing")
        .contains("google.rpc.ErrorInfo");
    assertThat(grpcurl("{}", "UnimplementedCall").exit()).isEqualTo(64 + 12);
    Outcome late =
        grpcurl(
            "{\"responseParameters\":[{\"size\":1,\"intervalUs\":20000000}]}",
            "FullDuplexCall",
            "-max-time",
            "2");
    assertThat(late.exit()).as("%s", late).isEqualTo(64 + 4);
  }

  @ParameterizedTest
  @ValueSource(strings = {"grpc-v1", "grpc-v1alpha"})
  void bufPlaysTheCasesByEitherReflection(String reflection) {
    BufClient buf =
        new BufClient(
            gateway.socket(),
            folder,
            List.of(
                "--protocol", "grpc", "--http2-prior-knowledge", "--reflect-protocol", reflection));
    assertThat(buf.call("{}", "EmptyCall")).isEqualTo(new Outcome(0, "{}\n", ""));
    Outcome large =
        buf.call(
            "{\"responseSize\":314159,\"payload\":{\"body\":\"" + zeros(271_828) + "\"}}",
            "UnaryCall");
    assertThat(large.stdout()).contains(zeros(314_159));
    assertThat(
            buf.call(
                    payload(27_182) + payload(8) + payload(1_828) + payload(45_904),
                    "StreamingInputCall")
                .stdout())
        .contains("74922");
    assertThat(buf.call(sizes(31_415, 9), "StreamingOutputCall").stdout())
        .contains(zeros(31_415), zeros(9));
    assertThat(buf.call(sizes(31_415) + sizes(9), "FullDuplexCall").stdout())
        .contains(zeros(31_415), zeros(9));
    Outcome detailed = buf.call("{}", "EmptyCall", "-H", "x-test-details: 1");
    assertThat(detailed.exit()).isNotZero();
    assertThat(detailed.stderr()).contains("not_found", "no such thing", "google.rpc.ErrorInfo");
    Outcome failed =
        buf.call(
            "{\"responseStatus\":{\"code\":2,\"message\":\"test status message\"}}", "UnaryCall");
    assertThat(failed.stderr()).contains("unknown", "test status message");
  }

  @Test
  void grpcJsPlaysTheCases() throws Exception {
    Command node =
        new Command(
                ForeignTools.program("node"),
                ForeignTools.script("interop.js").toString(),
                gateway.socket().toString(),
                interop.descriptors().toString())
            .with("NODE_PATH", ForeignTools.nodeModules().toString());
    assertThat(node.run())
        .isEqualTo(
            new Outcome(
                0,
                """
                empty_unary 0
                large_unary 314159
                client_streaming 74922
                server_streaming {"replies":[31415,9,2653,58979],"code":0}
                ping_pong {"replies":[31415,9],"code":0}
                custom_metadata ["test_initial_metadata_value"] ["ababab"]
                special_status_message 2 true
                details 5 "no such thing" [true]
                unimplemented_method 12
                timeout_on_sleeping_server 4
                cancel_after_first_response 1
                """,
                ""));
  }

  @Test
  void grpcioPlaysTheCases() throws Exception {
    Command python =
        new Command(
            ForeignTools.python(),
            ForeignTools.script("interop.py").toString(),
            gateway.socket().toString(),
            interop.descriptors().toString());
    assertThat(python.run())
        .isEqualTo(
            new Outcome(
                0,
                """
                empty_unary
                large_unary 314159
                client_streaming 74922
                server_streaming [31415, 9, 2653, 58979]
                ping_pong [31415, 9]
                empty_stream []
                custom_metadata test_initial_metadata_value ababab
                compressed_unary StatusCode.OK
                special_status_message StatusCode.UNKNOWN %s
                True
                details StatusCode.NOT_FOUND 'no such thing'
                True
                unimplemented_method StatusCode.UNIMPLEMENTED %s
                timeout_on_sleeping_server StatusCode.DEADLINE_EXCEEDED
                cancel_after_first_response StatusCode.CANCELLED
                """
                    .formatted(
                        "'\\t\\ntest with whitespace\\r\\nand Unicode BMP \u263a and non-BMP"
                            + " \ud83d\ude08\\t\\n'",
                        "'Method grpc.testing.TestService/UnimplementedCall is unimplemented'"),
                ""));
  }

  @Test
  void h2loadsCallsAllSucceed() throws Exception {
    Path h2load = ForeignTools.program("h2load");
    Path request = Files.write(folder.resolve("request.bin"), new byte[5]);
    List<String> line =
        List.of("--base-uri=unix:" + gateway.socket(), "-n", "5000", "-c", "4", "-m", "16");
    List<String> all = new ArrayList<>(line);
    all.addAll(List.of("-H", "content-type: application/grpc", "-H", "te: trailers"));
    all.addAll(List.of("-d", request.toString(), "http://localhost/" + SERVICE + "EmptyCall"));
    long failed = failedCalls();
    Outcome load = new Command(h2load, all).run();
    assertThat(load.stdout()).contains(" 5000 succeeded, 0 failed, 0 errored, 0 timeout");
    assertThat(failedCalls()).as("statuses other than OK").isEqualTo(failed);
  }

  private static long failedCalls() {
    String status = gateway.grpcos("gateway", "status", "--json").run().stdout();
    String failed = status.replaceAll("(?s).*\"failed\": *\"(\\d+)\".*", "$1");
    return failed.equals(status) ? 0 : Long.parseLong(failed);
  }
}
