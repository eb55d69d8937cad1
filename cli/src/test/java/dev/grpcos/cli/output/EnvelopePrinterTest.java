package dev.grpcos.cli.output;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.protobuf.DynamicMessage;
import dev.grpcos.cli.call.CallFigures;
import dev.grpcos.cli.call.CallObserver;
import dev.grpcos.cli.call.NumberedRequest;
import dev.grpcos.cli.failure.CliException;
import dev.grpcos.cli.invocation.StreamKind;
import dev.grpcos.gateway.json.JsonStyle;
import dev.grpcos.gateway.json.ResponseWriter;
import dev.grpcos.proto.helloworld.HelloReply;
import io.grpc.Metadata;
import io.grpc.Status;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class EnvelopePrinterTest {
  private static final CallFigures FIGURES =
      new CallFigures(Duration.ofMillis(1234), null, Duration.ZERO, 1, 3, 2);

  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private final EnvelopePrinter printer = printer(1000);

  private EnvelopePrinter printer(int maxBytes) {
    return new EnvelopePrinter(
        new StandardOutput(written, StreamKind.PIPE),
        new ResponseWriter(new PrintedTypes(null), JsonStyle.COMPACT),
        (value, stream) -> {
          stream.write(value.array(), 0, value.length());
          stream.write('\n');
        },
        maxBytes,
        (status, responses) ->
            status.withDescription(status.getDescription() + ", after " + responses));
  }

  private static DynamicMessage reply(String message) {
    return DynamicMessage.newBuilder(HelloReply.newBuilder().setMessage(message).build()).build();
  }

  @Test
  void callThatSucceedsHasAllKeysOnOneLine() {
    CallObserver call = printer.started(new NumberedRequest(7));
    Metadata headers = new Metadata();
    headers.put(Metadata.Key.of("h", Metadata.ASCII_STRING_MARSHALLER), "1");
    call.headers(headers, 0);
    call.response(reply("a"), 0);
    call.response(reply("b"), 0);
    call.closed(Status.OK, new Metadata(), FIGURES);
    assertThat(written)
        .hasToString(
            "{\"seq\":7,\"ok\":true,\"status\":{\"code\":0,\"name\":\"OK\",\"message\":\"\","
                + "\"details\":[]},\"headers\":{\"h\":[\"1\"]},\"trailers\":{},\"ms\":1234.0,"
                + "\"responses\":[{\"message\":\"a\"},{\"message\":\"b\"}]}\n");
  }

  @Test
  void failedCallHasItsStatusExplained() {
    CallObserver call = printer.started(new NumberedRequest(1));
    call.response(reply("before"), 0);
    call.closed(Status.ABORTED.withDescription("no"), new Metadata(), FIGURES);
    JsonObject envelope = JsonParser.parseString(written.toString(UTF_8)).getAsJsonObject();
    assertThat(envelope.get("ok").getAsBoolean()).isFalse();
    assertThat(envelope.getAsJsonObject("status").get("name").getAsString()).isEqualTo("ABORTED");
    assertThat(envelope.getAsJsonObject("status").get("message").getAsString())
        .isEqualTo("no, after 2");
    assertThat(envelope.getAsJsonArray("responses")).hasSize(1);
  }

  @Test
  void linesOfParallelCallsDoNotMix() {
    CallObserver first = printer.started(new NumberedRequest(1));
    CallObserver second = printer.started(new NumberedRequest(2));
    first.response(reply("one"), 0);
    second.response(reply("two"), 0);
    second.closed(Status.OK, new Metadata(), FIGURES);
    first.closed(Status.OK, new Metadata(), FIGURES);
    assertThat(written.toString(UTF_8).lines())
        .satisfiesExactly(
            line -> assertThat(line).contains("\"seq\":2", "two").doesNotContain("one"),
            line -> assertThat(line).contains("\"seq\":1", "one").doesNotContain("two"));
  }

  @Test
  void responsesOverTheLimitEndTheCommandAndNameTheCall() {
    CallObserver call = printer(30).started(new NumberedRequest(3));
    call.response(reply("short"), 0);
    assertThatThrownBy(() -> call.response(reply("longer than that"), 0))
        .isInstanceOf(CliException.class)
        .hasMessageContaining("call 3")
        .hasMessageContaining("30 bytes");
    assertThat(written.toString(UTF_8))
        .contains("\"name\":\"RESOURCE_EXHAUSTED\"", "\"responses\":[{\"message\":\"short\"}]");
  }
}
