package dev.grpcos.gateway.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.grpc.Metadata;
import io.grpc.Status;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LoadedTelemetryTest {
  private static final TracedCall CALL = new TracedCall("a.S/M", "exec", "g.sock", 1);

  private final AtomicInteger closed = new AtomicInteger();
  private final LibraryUse library = new LibraryUse(closed::incrementAndGet);

  private Telemetry loaded(CallSpan span, boolean begins) {
    return new LoadedTelemetry(new FixedTelemetry(span, begins), library);
  }

  @Test
  void libraryIsClosedAfterTheLastSpan() {
    CallSpan span = loaded(CallSpan.NONE, true).begin(CALL, new Metadata());
    library.end();
    assertThat(closed).hasValue(0);

    span.end(Status.Code.OK);
    assertThat(closed).hasValue(1);
  }

  @Test
  void spansThatFailDoNotKeepTheLibraryOpen() {
    CallSpan broken =
        status -> {
          throw new IllegalStateException("the exporter is broken");
        };
    CallSpan span = loaded(broken, true).begin(CALL, new Metadata());
    assertThatIllegalStateException().isThrownBy(() -> span.end(Status.Code.OK));
    Telemetry failing = loaded(broken, false);
    assertThatIllegalStateException().isThrownBy(() -> failing.begin(CALL, new Metadata()));

    library.end();
    assertThat(closed).hasValue(1);
  }

  /** An exporter whose spans are all the same one, or cannot begin. */
  private record FixedTelemetry(CallSpan span, boolean begins) implements Telemetry {
    @Override
    public void start() {}

    @Override
    public CallSpan begin(TracedCall call, Metadata metadata) {
      return next();
    }

    @Override
    public CallSpan begin(UpstreamCall call, Metadata metadata) {
      return next();
    }

    private CallSpan next() {
      if (!begins) {
        throw new IllegalStateException("no span can begin");
      }
      return span;
    }

    @Override
    public void close() {}
  }
}
