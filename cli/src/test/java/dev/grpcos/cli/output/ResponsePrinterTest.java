package dev.grpcos.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DynamicMessage;
import dev.grpcos.cli.call.CallFigures;
import dev.grpcos.cli.call.CallObserver;
import dev.grpcos.cli.call.NumberedRequest;
import dev.grpcos.cli.invocation.StreamKind;
import dev.grpcos.proto.helloworld.HelloReply;
import io.grpc.Metadata;
import io.grpc.Status;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class ResponsePrinterTest {
  private static final CallFigures FIGURES =
      new CallFigures(Duration.ZERO, null, Duration.ZERO, 1, 0, 2);

  /** Both standard streams in one, as on a terminal. */
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();

  private CallObserver observer(ResponseForm form) {
    return new ResponsePrinter(
            new StandardOutput(written, StreamKind.PIPE),
            new ErrorOutput(written, ErrorFormat.TEXT),
            form,
            new PrintedTypes(null),
            "x/Y",
            Set.of(Status.Code.NOT_FOUND),
            (status, responses) -> status.withDescription("after " + responses))
        .started(new NumberedRequest(1));
  }

  private static DynamicMessage reply(String message) {
    return DynamicMessage.newBuilder(HelloReply.newBuilder().setMessage(message).build()).build();
  }

  @Test
  void responsesArePrintedBeforeAFailure() {
    CallObserver observer = observer(ResponseForm.text(new PrintedTypes(null)));
    observer.response(reply("a\nb"), 0);
    observer.response(reply("c"), 0);
    observer.closed(Status.ABORTED, new Metadata(), FIGURES);
    assertThat(written)
        .hasToString("message: \"a\\nb\"\nmessage: \"c\"\ngrpcos: ABORTED: after 2 (x/Y)\n");
  }

  @Test
  void acceptedCodesAreSilent() {
    CallObserver observer = observer(ResponseForm.text(new PrintedTypes(null)));
    observer.closed(Status.NOT_FOUND, new Metadata(), FIGURES);
    observer.closed(Status.OK, new Metadata(), FIGURES);
    assertThat(written.size()).isZero();
  }

  @Test
  void binaryMessagesFollowTheirLengths() {
    CallObserver observer = observer(ResponseForm.binary());
    observer.response(reply("a"), 0);
    observer.response(reply(""), 0);
    observer.closed(Status.OK, new Metadata(), FIGURES);
    assertThat(written.toByteArray()).containsExactly(3, 10, 1, 'a', 0);
  }
}
