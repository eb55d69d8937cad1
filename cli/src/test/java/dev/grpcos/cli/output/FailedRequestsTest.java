package dev.grpcos.cli.output;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.DynamicMessage;
import dev.grpcos.cli.call.CallFigures;
import dev.grpcos.cli.call.CallObserver;
import dev.grpcos.cli.call.CallObservers;
import dev.grpcos.cli.call.NumberedRequest;
import dev.grpcos.gateway.json.JsonStyle;
import dev.grpcos.gateway.json.ResponseWriter;
import dev.grpcos.proto.helloworld.HelloRequest;
import io.grpc.Metadata;
import io.grpc.Status;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class FailedRequestsTest {
  private static final CallFigures FIGURES =
      new CallFigures(Duration.ZERO, null, Duration.ZERO, 1, 0, 0);

  /** Ignores all events. */
  private static final CallObservers SILENT =
      new CallObservers() {
        @Override
        public CallObserver started(NumberedRequest request) {
          return new CallObserver() {
            @Override
            public void headers(Metadata headers, long after) {}

            @Override
            public void response(DynamicMessage response, long after) {}

            @Override
            public void closed(Status status, Metadata trailers, CallFigures figures) {}
          };
        }

        @Override
        public void idle() {}
      };

  private final ByteArrayOutputStream file = new ByteArrayOutputStream();

  private static FailedRequests to(OutputStream file) {
    return new FailedRequests(
        SILENT,
        Set.of(Status.Code.ALREADY_EXISTS),
        new ResponseWriter(new PrintedTypes(null), JsonStyle.COMPACT),
        file,
        "again.json");
  }

  private static CallObserver start(FailedRequests requests, long number, String name) {
    HelloRequest message = HelloRequest.newBuilder().setName(name).build();
    return requests.started(
        new NumberedRequest(number, "", DynamicMessage.newBuilder(message).build()));
  }

  private static void end(CallObserver call, Status status) {
    call.closed(status, new Metadata(), FIGURES);
  }

  @Test
  void failedRequestsKeepTheOrderOfTheInput() {
    FailedRequests requests = to(file);
    CallObserver first = start(requests, 1, "first\nline");
    CallObserver second = start(requests, 2, "second");
    CallObserver third = start(requests, 3, "third");
    CallObserver fourth = start(requests, 4, "fourth");
    end(third, Status.NOT_FOUND);
    end(fourth, Status.ALREADY_EXISTS);
    assertThat(file.toString(UTF_8)).isEmpty();
    end(first, Status.UNAVAILABLE);
    assertThat(file).hasToString("{\"name\":\"first\\nline\"}\n");
    end(second, Status.OK);
    assertThat(file).hasToString("{\"name\":\"first\\nline\"}\n{\"name\":\"third\"}\n");
  }

  @Test
  void requestsBehindAHangingCallAreWrittenAtTheEnd() {
    FailedRequests requests = to(file);
    CallObserver hanging = start(requests, 1, "hanging");
    end(start(requests, 2, "second"), Status.NOT_FOUND);
    assertThat(file.toString(UTF_8)).isEmpty();
    assertThat(requests.interrupt()).isEmpty();
    assertThat(file).hasToString("{\"name\":\"second\"}\n");
    end(start(requests, 3, "third"), Status.NOT_FOUND);
    requests.close();
    end(hanging, Status.OK);
    assertThat(file).hasToString("{\"name\":\"second\"}\n{\"name\":\"third\"}\n");
  }

  @Test
  void fullDiskIsReported() {
    CallObserver call =
        start(
            to(
                new OutputStream() {
                  @Override
                  public void write(int b) throws IOException {
                    throw new IOException("No space left on device");
                  }
                }),
            1,
            "x");
    assertThatThrownBy(() -> end(call, Status.ABORTED))
        .hasMessage("--failed again.json cannot be written: No space left on device");
  }
}
