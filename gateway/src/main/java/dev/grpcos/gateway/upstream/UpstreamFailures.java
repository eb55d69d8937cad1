package dev.grpcos.gateway.upstream;

import dev.grpcos.gateway.channel.FailureCause;
import dev.grpcos.gateway.channel.FailureDiagnosis;
import dev.grpcos.gateway.channel.ServerAddress;
import dev.grpcos.gateway.channel.SocketPath;
import dev.grpcos.gateway.config.TlsConfig;
import dev.grpcos.gateway.config.UpstreamConfig;
import dev.grpcos.gateway.text.DurationText;
import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/** One-line messages about failures of an upstream, with the configuration key that helps. */
final class UpstreamFailures {
  private final String title;
  private final UpstreamConfig config;
  private final ServerAddress address;

  UpstreamFailures(String title, UpstreamConfig config, ServerAddress address) {
    this.title = title;
    this.config = config;
    this.address = address;
  }

  /**
   * Returns the status of a call that failed in transit, with a description that begins with the
   * title.
   */
  Status named(Status status) {
    return Status.fromCode(status.getCode())
        .withDescription(title + ": " + reason(status))
        .withCause(status.getCause());
  }

  /** Returns the status of a call that got no connection in time. */
  Status unreached() {
    return Status.UNAVAILABLE.withDescription(noAnswer());
  }

  private String noAnswer() {
    return FailureDiagnosis.noAnswer(
                address, config.tls() != null, DurationText.of(config.connectTimeout()))
            .problem()
        + (address.isLocal() ? "" : "; check `target`");
  }

  /** Returns the problem and its remedy. */
  String reason(Status status) {
    FailureDiagnosis diagnosis = FailureDiagnosis.of(status);
    FailureCause cause = diagnosis.cause();
    if (config.proxy() != null && cause != null && cause.concernsProxy()) {
      return "the proxy " + config.proxy() + ": " + diagnosis.problem() + "; check `proxy`";
    }
    if (cause == FailureCause.CONNECT_TIMED_OUT) {
      return noAnswer();
    }
    String problem = diagnosis.problem();
    if (cause == FailureCause.CONNECTION_REFUSED && address instanceof ServerAddress.Unix unix) {
      problem = SocketPath.problem(unix.path()).orElse(problem);
    }
    String advice = advice(cause);
    return advice.isEmpty() ? problem : problem + "; " + advice;
  }

  private String advice(@Nullable FailureCause cause) {
    if (cause == null) {
      return "";
    }
    TlsConfig tls = config.tls();
    return switch (cause) {
      case NOT_GRPC -> "check `target`, and any proxy on the way";
      case REQUEST_METADATA_TOO_LARGE -> "send less of it";
      case NO_ALPN -> "check `target`, or set `tls.no_alpn` if it is a gRPC server without ALPN";
      case PROXY_REFUSED -> "check `proxy`";
      case UNKNOWN_HOST, ALPN_REFUSED, HTTP_1, NOT_HTTP_2, CONNECT_TIMED_OUT -> "check `target`";
      case CONNECTION_REFUSED, NO_SOCKET -> "start the server, or check `target`";
      case ACCESS_DENIED -> "let the gateway's user open the socket";
      case SPIFFE_ID_REFUSED -> "check `tls.spiffe`";
      case CERTIFICATE_EXPIRED -> "renew it";
      case CERTIFICATE_NOT_YET_VALID -> "check the clocks";
      case CERTIFICATE_NOT_TRUSTED -> "set `tls.ca` to the certificate of that authority";
      case CERTIFICATE_WITHOUT_NAME ->
          "have a certificate issued with the server's names in subjectAltName";
      case CERTIFICATE_NOT_FITTING -> "set `tls.server_name` to the name in the certificate";
      case CLIENT_CERTIFICATE_REQUIRED ->
          tls == null || tls.cert() == null
              ? "set `tls.cert` and `tls.key`"
              : "set `tls.cert` to one that it trusts";
      case TLS_ALERT, TLS_FAILED -> "check which TLS the server requires";
      case NOT_TLS ->
          address.isLocal()
              ? "leave out `tls`"
              : "set `plaintext: true` if the calls may go unencrypted";
      case EXPECTS_TLS -> address.isLocal() ? "set `tls`" : "leave out `plaintext`";
      case RESPONSE_TOO_LARGE -> "raise `limits.message`";
      case DEADLINE_PASSED,
          PEER_REFUSED,
          METADATA_NOT_BASE64,
          RESPONSE_METADATA_TOO_LARGE,
          CALL_NOT_PROCESSED,
          CONNECTIONS_ENDED,
          CONNECTION_CLOSED,
          HTTP_2_ERROR ->
          "";
    };
  }
}
