package dev.grpcos.cli.inprocess;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import com.google.protobuf.TextFormat;
import dev.grpcos.cli.distribution.Outcome;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Tests the details of {@code google/rpc/error_details.proto}, which need not be in a server's
 * schema.
 */
final class ErrorDetailsTest {
  private static final String METHOD = "helloworld.Greeter/SayHello";

  @TempDir static Path temporary;
  private static InProcessGateway gateway;
  private static FaultServer server;
  private static volatile String details = "";

  @BeforeAll
  static void start() throws Exception {
    gateway = InProcessGateway.start(temporary.resolve("gateway.sock"));
    server =
        new FaultServer(
            Map.of(
                "/" + METHOD,
                answer ->
                    answer.trailersOnly(
                        "grpc-status",
                        "9",
                        "grpc-message",
                        "not so",
                        "grpc-status-details-bin",
                        details)));
  }

  @AfterAll
  static void stop() {
    server.close();
    gateway.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ErrorInfo           | reason: 'LOST' domain: 'test' metadata { key: 'k' value: 'v' } | "reason":"LOST","domain":"test","metadata":{"k":"v"}
          RetryInfo           | retry_delay { seconds: 2 } | "retryDelay":"2s"
          DebugInfo           | stack_entries: 'a' stack_entries: 'b' detail: 'd' | "stackEntries":["a","b"],"detail":"d"
          QuotaFailure        | violations { subject: 's' description: 'd' } | "violations":[{"subject":"s","description":"d"}]
          PreconditionFailure | violations { type: 't' subject: 's' description: 'd' } | "violations":[{"type":"t","subject":"s","description":"d"}]
          BadRequest          | field_violations { field: 'f' description: 'd' } | "fieldViolations":[{"field":"f","description":"d"}]
          RequestInfo         | request_id: 'r' serving_data: 's' | "requestId":"r","servingData":"s"
          ResourceInfo        | resource_type: 't' resource_name: 'n' owner: 'o' description: 'd' | "resourceType":"t","resourceName":"n","owner":"o","description":"d"
          Help                | links { description: 'd' url: 'u' } | "links":[{"description":"d","url":"u"}]
          LocalizedMessage    | locale: 'de' message: 'Nein' | "locale":"de","message":"Nein"
          """,
      quoteCharacter = '`')
  void detailIsDecodedInErrorsAndEnvelopes(String name, String text, String fields)
      throws Exception {
    Message detail =
        TextFormat.parse(text, Class.forName("com.google.rpc." + name).asSubclass(Message.class));
    details =
        Base64.getEncoder()
            .withoutPadding()
            .encodeToString(
                com.google.rpc.Status.newBuilder()
                    .setCode(9)
                    .setMessage("not so")
                    .addDetails(Any.pack(detail))
                    .build()
                    .toByteArray());
    String json = "{\"@type\":\"type.googleapis.com/google.rpc." + name + "\"," + fields + "}";
    assertThat(call())
        .isEqualTo(
            new Outcome(
                73, "", "grpcos: FAILED_PRECONDITION: not so (" + METHOD + ")\n  " + json + "\n"));
    Outcome envelope = call("--envelope");
    assertThat(envelope.stdout()).contains("\"message\":\"not so\",\"details\":[" + json + "]");
    assertThat(envelope.exit()).isEqualTo(73);
  }

  private static Outcome call(String... options) {
    String[] line = {"call", "-t", server.target(), "--plaintext", METHOD, "-d{}"};
    String[] all = Arrays.copyOf(line, line.length + options.length);
    System.arraycopy(options, 0, all, line.length, options.length);
    return CallRoute.RESIDENT.on(gateway.grpcos(all)).run();
  }
}
