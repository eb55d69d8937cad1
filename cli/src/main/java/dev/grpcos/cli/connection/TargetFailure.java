package dev.grpcos.cli.connection;

import dev.grpcos.gateway.channel.FailureCause;
import dev.grpcos.gateway.channel.FailureDiagnosis;
import dev.grpcos.gateway.text.DurationText;
import io.grpc.Status;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One-line messages about failures of a target, with the option or command that helps. */
final class TargetFailure {
  private static final String START = "; start one with 'grpcos gateway start'";

  private TargetFailure() {}

  /** Returns the problem of a path that is not a socket or does not exist. */
  static String notASocket(Target target, String problem, boolean missing) {
    if (target.gateway()) {
      return "no gateway runs at "
          + target
          + ": "
          + problem
          + tried(target)
          + (missing ? START : "; name the gateway's socket with --socket or GRPCOS_SOCKET");
    }
    return target + ": " + problem + "; check the path";
  }

  /** Returns the other default places, in which there is no socket that the caller could use. */
  private static String tried(Target target) {
    List<Path> others = target.trust() == null ? List.of() : target.trust().gateway().others();
    return others.isEmpty()
        ? ""
        : ", nor at " + others.stream().map(Path::toString).collect(Collectors.joining(" or "));
  }

  /** Returns the problem of a server that has not sent HTTP/2 in time. */
  static String noAnswer(Target target, Duration timeout) {
    String problem =
        FailureDiagnosis.noAnswer(target.address(), target.tls() != null, DurationText.of(timeout))
            .problem();
    return target
        + ": "
        + problem
        + (target.address().isLocal()
            ? ""
            : "; check the address, or allow more time with --connect-timeout");
  }

  /** Returns the problem of a Workload API that has not answered in time. */
  static String noIdentity(Target target, Duration timeout) {
    return "%s: the Workload API did not answer within %s; allow more time with --connect-timeout"
        .formatted(target, DurationText.of(timeout));
  }

  /** Returns the status of a call on an open connection, with a description of its known cause. */
  static Status explain(Target target, Status status) {
    FailureDiagnosis diagnosis = FailureDiagnosis.of(status);
    if (diagnosis.cause() == FailureCause.RESPONSE_TOO_LARGE
        || (diagnosis.cause() == null
            && (status.getCode() != Status.Code.UNAVAILABLE || status.getCause() == null))) {
      return status; // its text is complete
    }
    if (target.proxy() != null && diagnosis.cause() != null && diagnosis.cause().concernsProxy()) {
      return status.withDescription(proxyProblem(target, diagnosis));
    }
    return status.withDescription(
        target + ": " + diagnosis.problem() + advice(target, diagnosis.cause(), false, null));
  }

  /**
   * Returns the reason why connecting failed, from the status of a call.
   *
   * @param wait the total time for which the command tried; null if it tried once
   */
  static String reason(Target target, Status status, @Nullable Duration wait) {
    FailureDiagnosis diagnosis = FailureDiagnosis.of(status);
    FailureCause cause = diagnosis.cause();
    if (target.proxy() != null && cause != null && cause.concernsProxy()) {
      return proxyProblem(target, diagnosis);
    }
    if (cause == FailureCause.NO_SOCKET) {
      return notASocket(target, diagnosis.problem(), true);
    }
    if (cause == FailureCause.CONNECTION_REFUSED) {
      if (target.gateway()) {
        return "no gateway runs at "
            + target
            + ": the socket is left from one that has ended"
            + tried(target)
            + START;
      }
      return target
          + ": "
          + diagnosis.problem()
          + (wait == null ? "" : " for " + DurationText.of(wait))
          + advice(target, cause, true, wait);
    }
    return target + ": " + diagnosis.problem() + advice(target, cause, true, wait);
  }

  private static String proxyProblem(Target target, FailureDiagnosis diagnosis) {
    return "%s: the proxy %s: %s; check HTTPS_PROXY, HTTP_PROXY or the context's proxy, or name the host in NO_PROXY"
        .formatted(target, target.proxy(), diagnosis.problem());
  }

  /** Returns the advice after a semicolon; empty if there is none. */
  private static String advice(
      Target target, @Nullable FailureCause cause, boolean connecting, @Nullable Duration wait) {
    boolean local = target.address().isLocal();
    String text =
        cause == null
            ? ""
            : switch (cause) {
              case NOT_GRPC -> "check the address, and any proxy on the way";
              case REQUEST_METADATA_TOO_LARGE -> "send less of it";
              case PROXY_REFUSED -> "check the proxy";
              case UNKNOWN_HOST -> "check the name, or give an IP address";
              case NO_SOCKET -> "check the path";
              case CONNECTION_REFUSED ->
                  wait == null
                      ? "check the address, or give --wait if the server is still starting"
                      : "check the address, or allow more time with --wait=DUR";
              case ACCESS_DENIED ->
                  target.gateway()
                      ? "the gateway's mode and group decide"
                      : "check the modes of the socket and its folders";
              case CONNECT_TIMED_OUT -> "check the address";
              case SPIFFE_ID_REFUSED -> "check the server and the Workload API";
              case CERTIFICATE_EXPIRED -> "renew it, or skip verification with --insecure (unsafe)";
              case CERTIFICATE_NOT_YET_VALID -> "check the clocks";
              case CERTIFICATE_NOT_TRUSTED ->
                  "give that authority with --cacert, or skip verification with --insecure"
                      + " (unsafe)";
              case CERTIFICATE_WITHOUT_NAME ->
                  "have a certificate issued with the server's names in subjectAltName";
              case CERTIFICATE_NOT_FITTING -> "give the name in the certificate with --server-name";
              case CLIENT_CERTIFICATE_REQUIRED ->
                  target.tls() != null && target.tls().identity() != null
                      ? "give another with --cert and --key"
                      : "give --cert and --key";
              case TLS_ALERT, TLS_FAILED -> "check which TLS the server requires";
              case NOT_TLS ->
                  local
                      ? "leave out the TLS options, such as --cacert"
                      : "give --plaintext if the calls may go unencrypted";
              case EXPECTS_TLS -> withTls(local);
              case NO_ALPN ->
                  "check the port, or give --no-alpn if it is a gRPC server without ALPN";
              case ALPN_REFUSED, HTTP_1, NOT_HTTP_2 -> "check the port";
              case CONNECTION_CLOSED -> connecting ? closed(target) : "";
              case DEADLINE_PASSED,
                  PEER_REFUSED,
                  RESPONSE_TOO_LARGE,
                  METADATA_NOT_BASE64,
                  RESPONSE_METADATA_TOO_LARGE,
                  CALL_NOT_PROCESSED,
                  CONNECTIONS_ENDED,
                  HTTP_2_ERROR ->
                  "";
            };
    return text.isEmpty() ? "" : "; " + text;
  }

  private static String closed(Target target) {
    if (target.gateway()) {
      return "";
    }
    return target.tls() == null
        ? "if it expects TLS, " + withTls(target.address().isLocal())
        : "check the port, and which TLS the server requires";
  }

  private static String withTls(boolean local) {
    return local ? "give --cacert or --insecure" : "leave out --plaintext";
  }
}
