package dev.grpcos.cli.output;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.cli.call.CallFigures;
import dev.grpcos.cli.call.CallObserver;
import dev.grpcos.cli.call.CallObservers;
import dev.grpcos.cli.call.NumberedRequest;
import dev.grpcos.cli.invocation.StreamKind;
import io.grpc.Metadata;
import io.grpc.Status;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class BatchReportTest {
  private static final CallFigures FIGURES =
      new CallFigures(Duration.ZERO, null, Duration.ZERO, 1, 0, 0);

  private final ByteArrayOutputStream stderr = new ByteArrayOutputStream();
  private final CallObservers printer =
      new ResponsePrinter(
          new StandardOutput(stderr, StreamKind.PIPE),
          new ErrorOutput(stderr, ErrorFormat.TEXT),
          ResponseForm.text(new PrintedTypes(null)),
          new PrintedTypes(null),
          "x/Y",
          Set.of(),
          (status, responses) -> status);
  private final AtomicInteger batches = new AtomicInteger();
  private final BatchReport report =
      new BatchReport(printer, Set.of(Status.Code.ALREADY_EXISTS), batches::incrementAndGet);

  private CallObserver start(long number, String place) {
    return report.started(new NumberedRequest(number, place, null));
  }

  private static void end(CallObserver call, Status status) {
    call.closed(status, new Metadata(), FIGURES);
  }

  @Test
  void summaryCountsFailuresByCodeAndNamesTheFirst() {
    end(start(1, "input line 1"), Status.OK);
    CallObserver second = start(2, "input line 3");
    CallObserver third = start(3, "input line 5");
    end(third, Status.UNAVAILABLE); // unordered
    end(second, Status.NOT_FOUND);
    end(start(4, "input line 6"), Status.NOT_FOUND);
    end(start(5, "input line 7"), Status.ALREADY_EXISTS);
    assertThat(report.summary())
        .contains("grpcos: 3 of 5 calls failed: 2 NOT_FOUND, 1 UNAVAILABLE; first: input line 3");
    assertThat(report.interruption())
        .contains(
            "grpcos: interrupted after 5 calls, 3 failed: 2 NOT_FOUND, 1 UNAVAILABLE; first: input"
                + " line 3");
    assertThat(stderr.toString(UTF_8)).contains("grpcos: NOT_FOUND (x/Y, input line 3)\n");
    assertThat(batches).hasValue(1);
  }

  @Test
  void singleCallHasNoSummary() {
    end(start(1, ""), Status.NOT_FOUND);
    assertThat(report.summary()).isEmpty();
    assertThat(report.interruption()).isEmpty();
    assertThat(batches).hasValue(0);
  }

  @Test
  void batchWithoutFailuresHasNoSummary() {
    end(start(1, ""), Status.OK);
    end(start(2, ""), Status.OK);
    assertThat(report.summary()).isEmpty();
    assertThat(report.interruption()).contains("grpcos: interrupted after 2 calls");
  }
}
