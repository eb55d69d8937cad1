package dev.grpcos.gateway.telemetry.otlp;

import dev.grpcos.gateway.channel.FailureCause;
import dev.grpcos.gateway.channel.FailureDiagnosis;
import dev.grpcos.gateway.log.RepeatedWarning;
import io.grpc.Status;
import io.opentelemetry.sdk.common.CompletableResultCode;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Logs failures of exports to a collector, each reason once in a while. Safe for use by any thread.
 */
final class ExportFailures {
  private static final System.Logger LOG = System.getLogger("dev.grpcos.gateway.telemetry");

  private final String collector;
  private final RepeatedWarning exports = new RepeatedWarning(LOG);
  private final RepeatedWarning headers = new RepeatedWarning(LOG);

  /** What failed in its last export. Guarded by this. */
  private final Set<Signal> failing = EnumSet.noneOf(Signal.class);

  /** What is exported. */
  enum Signal {
    SPANS,
    METRICS
  }

  /**
   * Creates an object without failures.
   *
   * @param collector names the collector in log lines
   */
  ExportFailures(String collector) {
    this.collector = collector;
  }

  /** Logs the failure of an export when it has ended, and returns its result. */
  CompletableResultCode watch(Signal signal, CompletableResultCode export) {
    return export.whenComplete(
        () -> {
          if (export.isSuccess()) {
            succeed(signal);
          } else if (!isReportedElsewhere(export.getFailureThrowable())) {
            fail(signal, reason(export.getFailureThrowable()));
          }
        });
  }

  /**
   * Returns whether the export ended because the exporter was closed, or because too many others
   * had not ended. The others report their own failures, and the text of this one differs each
   * time.
   */
  private static boolean isReportedElsewhere(@Nullable Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof InterruptedException || cause instanceof RejectedExecutionException) {
        return true;
      }
    }
    return false;
  }

  /** A success of one signal says nothing about the other. */
  private synchronized void succeed(Signal signal) {
    if (failing.remove(signal) && failing.isEmpty()) {
      exports.clear();
    }
  }

  private synchronized void fail(Signal signal, String reason) {
    failing.add(signal);
    exports.warn(
        "telemetry: %s does not take spans and metrics, which are lost: %s"
            .formatted(collector, reason));
  }

  /** Logs that a header is missing, because its secret cannot be read. */
  void missingHeader(String name, Exception cause) {
    headers.warn("telemetry: header %s is missing: %s".formatted(name, cause.getMessage()));
  }

  private static String reason(@Nullable Throwable failure) {
    if (failure == null) {
      return "it answered with an error";
    }
    FailureDiagnosis diagnosis = FailureDiagnosis.of(Status.UNAVAILABLE.withCause(failure));
    return diagnosis.cause() == FailureCause.CERTIFICATE_NOT_TRUSTED
        ? diagnosis.problem() + "; check `telemetry.otlp.ca`"
        : diagnosis.problem();
  }
}
