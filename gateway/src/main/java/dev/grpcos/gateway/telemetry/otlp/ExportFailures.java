package dev.grpcos.gateway.telemetry.otlp;

import dev.grpcos.gateway.log.RepeatedWarning;
import io.opentelemetry.sdk.common.CompletableResultCode;
import org.jspecify.annotations.Nullable;

/**
 * Logs failures of exports to a collector, each reason once in a while. Safe for use by any thread.
 */
final class ExportFailures {
  private static final System.Logger LOG = System.getLogger("dev.grpcos.gateway.telemetry");

  private final String collector;
  private final RepeatedWarning exports = new RepeatedWarning(LOG);
  private final RepeatedWarning headers = new RepeatedWarning(LOG);

  /**
   * Creates an object without failures.
   *
   * @param collector names the collector in log lines
   */
  ExportFailures(String collector) {
    this.collector = collector;
  }

  /** Logs the failure of an export when it has ended, and returns its result. */
  CompletableResultCode watch(CompletableResultCode export) {
    return export.whenComplete(
        () -> {
          if (export.isSuccess()) {
            exports.clear();
          } else {
            exports.warn(
                "telemetry: %s does not take spans and metrics, which are lost: %s"
                    .formatted(collector, reason(export.getFailureThrowable())));
          }
        });
  }

  /** Logs that a header is missing, because its secret cannot be read. */
  void missingHeader(String name, Exception cause) {
    headers.warn("telemetry: header %s is missing: %s".formatted(name, cause.getMessage()));
  }

  private static String reason(@Nullable Throwable failure) {
    Throwable cause = failure;
    while (cause != null && cause.getCause() != null) {
      cause = cause.getCause();
    }
    if (cause == null) {
      return "it gave an error";
    }
    String message = cause.getMessage();
    return message == null ? cause.getClass().getSimpleName() : message;
  }
}
