package dev.grpcos.cli.output;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.rpc.ErrorInfo;
import dev.grpcos.cli.failure.CallFailedException;
import dev.grpcos.cli.failure.CliException;
import io.grpc.Metadata;
import io.grpc.Status;
import java.io.ByteArrayOutputStream;
import org.junit.jupiter.api.Test;

final class ErrorOutputTest {
  private static final Metadata.Key<byte[]> DETAILS =
      Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER);

  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private final ErrorOutput text = new ErrorOutput(written, ErrorFormat.TEXT);
  private final ErrorOutput json = new ErrorOutput(written, ErrorFormat.JSON);

  private static Metadata details(byte[] bytes) {
    Metadata trailers = new Metadata();
    trailers.put(DETAILS, bytes);
    return trailers;
  }

  private static Metadata errorInfo() {
    return details(
        com.google.rpc.Status.newBuilder()
            .setCode(5)
            .addDetails(Any.pack(ErrorInfo.newBuilder().setReason("LOST").build()))
            .build()
            .toByteArray());
  }

  @Test
  void localFailureIsOneLine() {
    text.failed(CliException.usage("bad\nline \u001b[1m"));
    assertThat(written).hasToString("grpcos: bad\\nline \\u001b[1m\n");
  }

  @Test
  void excerptIsIndentedBelowItsMessage() {
    text.failed(CliException.failureWithExcerpt("one\ntwo\tb", "the log ends with:"));
    assertThat(written).hasToString("grpcos: the log ends with:\n  one\n  two\\tb\n");
  }

  @Test
  void statusNamesItsCodeAndItsSubject() {
    text.failed(
        new CallFailedException(Status.NOT_FOUND.withDescription("no such thing"), null, "x/Y"));
    text.failed(new CallFailedException(Status.UNKNOWN, null, "x/Y"));
    text.failed(
        new CallFailedException(Status.UNAVAILABLE.withDescription("h:1 is down"), null, "h:1"));
    assertThat(written)
        .hasToString(
            """
            grpcos: NOT_FOUND: no such thing (x/Y)
            grpcos: UNKNOWN (x/Y)
            grpcos: UNAVAILABLE: h:1 is down
            """);
  }

  @Test
  void eachDetailIsALineOfJson() {
    text.status(Status.NOT_FOUND, errorInfo(), "x/Y", "", new PrintedTypes(null));
    assertThat(written)
        .hasToString(
            """
            grpcos: NOT_FOUND (x/Y)
              {"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"LOST"}
            """);
  }

  @Test
  void unreadableDetailsDoNotHideTheStatus() {
    text.status(Status.ABORTED, details(new byte[] {1, 2, 3}), "x/Y", "", new PrintedTypes(null));
    assertThat(written).hasToString("grpcos: ABORTED (x/Y)\n");
  }

  @Test
  void jsonIsAStatusWithTheServersDetails() {
    json.status(
        Status.NOT_FOUND.withDescription("a\nb"), errorInfo(), "x/Y", "", new PrintedTypes(null));
    assertThat(written)
        .hasToString(
            "{\"code\":5,\"message\":\"a\\nb\",\"details\":[{\"@type\":\"type.googleapis.com/"
                + "google.rpc.ErrorInfo\",\"reason\":\"LOST\"}]}\n");
  }

  @Test
  void jsonOfALocalFailureDistinguishesUsageErrors() {
    json.failed(CliException.usage("bad input"));
    json.failed(CliException.failure("no file"));
    assertThat(written.toString(UTF_8).lines())
        .satisfiesExactly(
            usage ->
                assertThat(usage)
                    .startsWith("{\"code\":3,\"message\":\"bad input\"")
                    .contains("\"reason\":\"USAGE\",\"domain\":\"grpcos\""),
            local ->
                assertThat(local)
                    .startsWith("{\"code\":2,\"message\":\"no file\"")
                    .contains("\"reason\":\"LOCAL_FAILURE\""));
  }
}
