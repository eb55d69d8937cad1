package dev.grpcos.gateway.channel;

import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/**
 * The problem of a server, or of the connection to it.
 *
 * @param cause null if the cause is not a known one
 * @param problem one line, to follow the server's name and a colon
 */
public record FailureDiagnosis(@Nullable FailureCause cause, String problem) {
  private static final FailureCause[] CAUSES = FailureCause.values();

  /** Diagnoses a status that the client's side made. The status of a server needs no diagnosis. */
  public static FailureDiagnosis of(Status status) {
    FailureReport report = new FailureReport(status);
    for (FailureCause cause : CAUSES) {
      String problem = cause.problem(report);
      if (problem != null) {
        return new FailureDiagnosis(cause, problem);
      }
    }
    return new FailureDiagnosis(null, report.reason());
  }

  /**
   * Returns the diagnosis for a server that did not speak HTTP/2 in time.
   *
   * @param tls whether the connection uses TLS
   * @param time the time limit, in words
   */
  public static FailureDiagnosis noAnswer(ServerAddress address, boolean tls, String time) {
    return new FailureDiagnosis(
        null,
        "no answer within "
            + time
            + (address.isLocal()
                ? ": it accepts connections but does not speak gRPC"
                : ": it cannot be reached, or does not speak gRPC "
                    + (tls ? "over TLS" : "without TLS")));
  }
}
