package dev.grpcos.gateway.channel;

import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/**
 * What is wrong with a server, or with the connection to it.
 *
 * @param cause null where it is none of the known ones
 * @param problem one line, to put behind the server's name and a colon
 */
public record FailureDiagnosis(@Nullable FailureCause cause, String problem) {
  private static final FailureCause[] CAUSES = FailureCause.values();

  /**
   * Diagnoses a status that the client's side made; a status that a server sent says all itself.
   */
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
   * The diagnosis of a server that has not spoken HTTP/2 in time.
   *
   * @param tls whether the connection is to be over TLS
   * @param time how long it had, in words
   */
  public static FailureDiagnosis silence(ServerAddress address, boolean tls, String time) {
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
