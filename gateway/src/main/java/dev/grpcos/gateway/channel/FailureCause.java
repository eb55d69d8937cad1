package dev.grpcos.gateway.channel;

import static java.util.regex.Pattern.DOTALL;

import io.grpc.Status;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Exception.HeaderListSizeException;
import io.netty.handler.proxy.ProxyConnectException;
import io.netty.handler.ssl.NotSslRecordException;
import java.io.FileNotFoundException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.security.SignatureException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * The known causes of failed calls and connections.
 *
 * <p>grpc-java, Netty and the JDK report them only in the text of a status, or as exceptions behind
 * it. Only this class matches their texts and types. Each entry has a test that provokes the
 * failure, so that a changed text in a library fails a test.
 *
 * <p>If several entries match a status, the first in the order of declaration is the cause.
 */
public enum FailureCause {
  /** A {@link PeerCheck} refused the server; the detail is its reason, with the remedy. */
  PEER_REFUSED("refused, because %s", report -> report.rootOf(RefusedPeerException.class)),

  /** The client's own deadline passed. A server that reports its own deadline uses other words. */
  DEADLINE_PASSED(
      "no answer before the deadline",
      report -> report.find(Texts.DEADLINE, Status.Code.DEADLINE_EXCEEDED)),

  /** A response is larger than the channel accepts; the detail is that limit in bytes. */
  RESPONSE_TOO_LARGE(
      "a response is larger than %s bytes",
      report -> report.find(Texts.MESSAGE_SIZE, Status.Code.RESOURCE_EXHAUSTED)),

  /**
   * An HTTP response that is not gRPC; the detail is its status, and its content type if there is
   * one.
   */
  NOT_GRPC(
      "answered with HTTP status %s, which is not gRPC",
      report -> {
        String status = report.find(Texts.HTTP_STATUS);
        String type = report.find(Texts.CONTENT_TYPE);
        return status == null || type == null ? status : status + " and content type " + type;
      }),

  /** Binary metadata that is not base64; the detail is its key. */
  METADATA_NOT_BASE64(
      "answered with a value of %s that is not base64, so that its own status is lost",
      report -> report.find(Texts.NOT_BASE64)),

  /** The server accepts less metadata than the request has. */
  REQUEST_METADATA_TOO_LARGE(
      "does not accept this much metadata",
      report -> {
        HeaderListSizeException size = report.cause(HeaderListSizeException.class);
        return size != null && !size.duringDecode() ? "" : null;
      }),

  /** The response has more metadata than the channel accepts. */
  RESPONSE_METADATA_TOO_LARGE(
      "answered with more metadata than grpcos accepts",
      report -> {
        Http2Exception error = report.cause(Http2Exception.class);
        // Far above the limit, it is a connection error without its own type.
        return error instanceof HeaderListSizeException
                || (error != null && report.contains("Header size exceeded"))
            ? ""
            : null;
      }),

  /** The host name has no address. */
  UNKNOWN_HOST("its host name has no address", report -> report.caused(UnknownHostException.class)),

  /** The proxy did not connect to the server; the detail is its answer, or {@code timeout}. */
  PROXY_REFUSED(
      "does not connect to the server (%s)",
      report -> {
        ProxyConnectException refusal = report.cause(ProxyConnectException.class);
        if (refusal == null) {
          return null;
        }
        String answer = report.find(Texts.PROXY_STATUS);
        return answer == null || answer.isEmpty() ? "no answer" : answer;
      }),

  /** No process listens at the address. */
  CONNECTION_REFUSED("connection refused", report -> report.root("Connection refused")),

  /** There is no file at the path of a Unix socket. */
  NO_SOCKET(
      "no such socket",
      report ->
          report.caused(FileNotFoundException.class) == null ? report.root("No such file") : ""),

  /** The permissions of a Unix socket, or of a folder on its path, deny access. */
  ACCESS_DENIED("permission denied", report -> report.root("Permission denied")),

  /** TCP did not connect in time: packets are lost, or the server accepts no connections. */
  CONNECT_TIMED_OUT("cannot be reached", report -> report.caused(ConnectTimeoutException.class)),

  /** A {@link SpiffeTrust} refused the server; the detail is its reason. */
  SPIFFE_ID_REFUSED(
      "its certificate is not accepted as an X.509-SVID: %s",
      report -> report.textOf(RefusedSvidException.class)),

  /** The detail is the certificate's last date, as the JDK prints it. */
  CERTIFICATE_EXPIRED(
      "its certificate has expired (%s)",
      report -> report.rootOf(CertificateExpiredException.class)),

  /** The detail is the certificate's first date, as the JDK prints it. */
  CERTIFICATE_NOT_YET_VALID(
      "its certificate is not valid yet (%s)",
      report -> report.rootOf(CertificateNotYetValidException.class)),

  /** The chain of certificates does not end at a trusted authority. */
  CERTIFICATE_NOT_TRUSTED(
      "its certificate is not signed by a trusted authority",
      report -> {
        boolean chain =
            report.caused(CertPathBuilderException.class) != null
                || report.caused(SignatureException.class) != null
                || report.root("unable to find valid certification path") != null
                || report.root("Path does not chain") != null;
        return chain ? "" : null;
      }),

  /** The certificate has no DNS name in subjectAltName; a name in CN alone does not count. */
  CERTIFICATE_WITHOUT_NAME(
      "its certificate has no DNS name in subjectAltName, and a name in CN alone is not accepted",
      report -> report.caused(NoDnsNameException.class)),

  /** The certificate does not match the server's name, or does not permit TLS servers. */
  CERTIFICATE_NOT_FITTING(
      "its certificate does not fit: %s", report -> report.rootOf(CertificateException.class)),

  /** The server ignores ALPN, or chooses another protocol. */
  NO_ALPN(
      "speaks TLS, but does not choose HTTP/2 by ALPN", report -> report.anywhere("Failed ALPN")),

  /** The server ended the TLS handshake because it does not speak HTTP/2. */
  ALPN_REFUSED(
      "speaks TLS, but not HTTP/2 over it: it is not a gRPC server, or a proxy before it speaks"
          + " only HTTP/1",
      report -> report.anywhere("Received fatal alert: no_application_protocol")),

  /** The server requires a client certificate; the detail is its alert. */
  CLIENT_CERTIFICATE_REQUIRED(
      "requires a client certificate that it trusts (%s)",
      report -> report.find(Texts.CERTIFICATE_ALERT)),

  /** The server ended the TLS handshake for another reason; the detail is its alert. */
  TLS_ALERT("refuses the TLS handshake (%s)", report -> report.find(Texts.ALERT)),

  /** The client expected TLS, and the server sent something else. */
  NOT_TLS(
      "does not speak TLS",
      report ->
          report.caused(NotSslRecordException.class) == null
              ? report.root("Unsupported or unrecognized SSL message")
              : ""),

  /** The client expected cleartext, and the server sent a TLS alert. */
  EXPECTS_TLS("expects TLS", report -> report.anywhere("first 5 bytes: 15030")),

  /** The first bytes are {@code HTTP/}. */
  HTTP_1(
      "answers in HTTP/1, which is not gRPC",
      report -> report.anywhere("first 5 bytes: 485454502f")),

  /** The first bytes are neither HTTP/2 nor HTTP/1. */
  NOT_HTTP_2(
      "does not speak HTTP/2, so that it is not a gRPC server",
      report -> report.anywhere("First received frame was not SETTINGS")),

  /** Another TLS error; the detail is its text. */
  TLS_FAILED("TLS failed: %s", report -> report.rootOf(SSLException.class)),

  /**
   * The server refused the call before processing it, so that the call can be sent again.
   *
   * @see <a href="https://www.rfc-editor.org/rfc/rfc9113#section-8.7">RFC 9113, request
   *     reliability</a>
   */
  CALL_NOT_PROCESSED(
      "refused the call before processing it",
      report ->
          report.begins(
              Status.Code.UNAVAILABLE,
              "RST_STREAM closed stream. HTTP/2 error code: REFUSED_STREAM",
              "Abrupt GOAWAY closed sent stream. HTTP/2 error code: NO_ERROR")),

  /** The server ended a thousand connections in a row before it processed the call. */
  CONNECTIONS_ENDED(
      "ends each connection before processing the call",
      report -> report.begins(Status.Code.INTERNAL, "Too many transparent retries")),

  /** The connection ended during a call; the detail is the name of the error in its GOAWAY. */
  CONNECTION_CLOSED(
      "closed the connection unexpectedly%s",
      report -> {
        String error = report.find(Texts.NETWORK_CLOSED);
        if (error != null) {
          boolean orderly = error.isEmpty() || error.startsWith("NO_ERROR");
          return orderly ? "" : " and reported " + error;
        }
        boolean closed =
            report.caused(ClosedChannelException.class) != null
                || report.root("reset by peer") != null
                || report.root("Broken pipe") != null
                || report.root("closed") != null;
        return closed ? "" : null;
      }),

  /** Another HTTP/2 error; the detail is its text. */
  HTTP_2_ERROR("failed in HTTP/2: %s", report -> report.rootOf(Http2Exception.class));

  /** A condition on a report. Returns the detail of the problem, or null if it does not match. */
  private interface Match {
    @Nullable String in(FailureReport report);
  }

  /** The texts of the libraries that contain details. */
  private static final class Texts {
    static final Pattern DEADLINE = Pattern.compile("(?:CallOptions|Context) deadline");
    static final Pattern MESSAGE_SIZE =
        Pattern.compile("gRPC message exceeds maximum size (\\d+): ");
    static final Pattern HTTP_STATUS = Pattern.compile("^HTTP status code (\\d+)");
    static final Pattern CONTENT_TYPE = Pattern.compile("invalid content-type: (\\S+)");
    static final Pattern NOT_BASE64 =
        Pattern.compile("Validation failed for header '([^']*)'.*DecodingException", DOTALL);
    static final Pattern PROXY_STATUS = Pattern.compile("=> \\S+, status: ([^\\n\\]]+)");
    static final Pattern ALERT = Pattern.compile("Received fatal alert: (\\w+)");
    static final Pattern CERTIFICATE_ALERT =
        Pattern.compile("Received fatal alert: (\\w*(?:certificate|unknown_ca|denied)\\w*)");
    static final Pattern NETWORK_CLOSED =
        Pattern.compile(
            "^(?:Network closed|(?:Connection closed after GOAWAY|Abrupt GOAWAY closed \\w+ stream)"
                + "(?:\\. HTTP/2 error code: (.*))?)",
            DOTALL);
  }

  private final String problem;

  @SuppressWarnings("ImmutableEnumChecker") // functions without state
  private final Match match;

  FailureCause(String problem, Match match) {
    this.problem = problem;
    this.match = match;
  }

  /**
   * Returns whether this is a failure of the proxy, if the server is reached through one. The
   * client resolves only the proxy's name, and connects only to the proxy.
   */
  public boolean concernsProxy() {
    return switch (this) {
      case PROXY_REFUSED, UNKNOWN_HOST, CONNECTION_REFUSED, CONNECT_TIMED_OUT -> true;
      default -> false;
    };
  }

  /** Returns whether this entry matches the status, regardless of other entries. */
  public boolean matches(Status status) {
    return match.in(new FailureReport(status)) != null;
  }

  /** Returns the problem of this entry in a report, or null if it does not match. */
  @Nullable String problem(FailureReport report) {
    String detail = match.in(report);
    return detail == null ? null : problem.formatted(detail);
  }
}
