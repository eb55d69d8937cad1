package dev.grpcos.cli.inprocess;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.cli.distribution.Outcome;
import dev.grpcos.cli.invocation.StreamKind;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests bytes fields that hold messages, with a server that has such fields. */
final class EncodedFieldsCommandTest extends CommandTest {
  private static final String UNARY = "grpc.testing.TestService/UnaryCall";
  private static final String BODY = "payload.body=grpc.testing.EchoStatus";
  private static final String WARNING =
      "grpcos: --decode payload.body=grpc.testing.EchoStatus: bytes that are not a"
          + " grpc.testing.EchoStatus are printed as base64\n";

  private String target;

  @BeforeEach
  void startServer() throws Exception {
    target = servers.unix();
  }

  private Outcome call(CallRoute route, String stdin, String... arguments) {
    String[] call = new String[arguments.length + 3];
    call[0] = "call";
    call[1] = "-t";
    call[2] = target;
    System.arraycopy(arguments, 0, call, 3, arguments.length);
    return route.on(gateway.grpcos(call)).stdin(StreamKind.PIPE, stdin.getBytes(UTF_8)).run();
  }

  @ParameterizedTest
  @EnumSource
  void requestIsEncodedFromJsonAndFromFields(CallRoute route) {
    String sent = "[{\"body\":\"CAUSAWE=\"}]\n";
    String[] options = {UNARY, "--encode", BODY, "--dry-run", "--jq", "[.request.payload]"};
    assertThat(
            call(route, "{\"payload\":{\"body\":{\"code\":5,\"message\":\"a\"}}}", options)
                .stdout())
        .isEqualTo(sent);
    assertThat(
            call(
                    route,
                    "",
                    UNARY,
                    "--encode",
                    "payload.body=EchoStatus",
                    "payload.body.code=5",
                    "payload.body.message=a",
                    "--dry-run",
                    "--jq",
                    "[.request.payload]")
                .stdout())
        .isEqualTo(sent);
  }

  @ParameterizedTest
  @EnumSource
  void bytesThatAreNoMessageStayBase64WithOneWarning(CallRoute route) {
    String requests = "{\"responseSize\":1} {\"responseSize\":2} {}";
    assertThat(call(route, requests, UNARY, "--decode", BODY))
        .isEqualTo(
            new Outcome(
                0,
                """
                {"payload":{"body":"AA=="}}
                {"payload":{"body":"AAA="}}
                {}
                """,
                WARNING));
  }

  @ParameterizedTest
  @EnumSource
  void envelopesHaveTheMessage(CallRoute route) {
    Outcome outcome =
        call(
            route,
            "",
            "grpc.testing.TestService/StreamingOutputCall",
            "responseParameters:=[{\"size\":0},{\"size\":1}]",
            "--decode",
            BODY,
            "--envelope",
            "--jq",
            ".responses[].payload",
            "--emit-defaults");
    assertThat(outcome)
        .isEqualTo(
            new Outcome(
                0,
                """
                {"type":"COMPRESSABLE","body":{"code":0,"message":""}}
                {"type":"COMPRESSABLE","body":"AA=="}
                """,
                WARNING));
  }

  @ParameterizedTest
  @EnumSource
  void failedRequestsCanBeGivenAgainWithTheSameOptions(CallRoute route) {
    Path file = temporary.resolve("failed-" + route);
    String request = "{\"payload\":{\"body\":{\"code\":5}},\"responseStatus\":{\"code\":3}}";
    Outcome outcome = call(route, request, UNARY, "--encode", BODY, "--failed", file.toString());
    assertThat(outcome.exit()).isEqualTo(67);
    assertThat(file).hasContent(request);
  }

  @ParameterizedTest
  @EnumSource
  void typeMayBeKnownToReflectionAlone(CallRoute route) {
    String field = "fileDescriptorResponse.fileDescriptorProto";
    String[] call = {
      "call",
      "v1.ServerReflection/ServerReflectionInfo",
      "fileContainingSymbol=helloworld.Greeter",
      "--decode",
      field + "=google.protobuf.FileDescriptorProto",
      "--jq",
      "." + field + "[] | [.name, .package]"
    };
    assertThat(run(route, call))
        .isEqualTo(new Outcome(0, "[\"helloworld.proto\",\"helloworld\"]\n", ""));
  }

  @ParameterizedTest
  @EnumSource
  void unknownTypeIsReportedWithItsOption(CallRoute route) {
    Outcome outcome = call(route, "", UNARY, "--decode", "payload.body=EchoStatu");
    assertThat(outcome.exit()).isEqualTo(2);
    assertThat(outcome.stderr())
        .isEqualTo(
            "grpcos: --decode payload.body=EchoStatu: no symbol 'EchoStatu'; did you mean"
                + " 'grpc.testing.EchoStatus'?\n");
  }
}
