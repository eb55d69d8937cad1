package dev.grpcos.cli.connection;

import com.google.common.base.Throwables;
import dev.grpcos.gateway.channel.ServerAddress;
import dev.grpcos.gateway.text.DurationText;
import io.grpc.Status;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Exception.HeaderListSizeException;
import io.netty.handler.ssl.NotSslRecordException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Says in one line why a target can't be reached, and what can be done. */
final class ConnectFailure {
  private static final String ALERT = "Received fatal alert: ";

  /** What grpc-java says of a response without gRPC's status or content type. */
  private static final Pattern HTTP_STATUS = Pattern.compile("^HTTP status code (\\d+)");

  private static final Pattern CONTENT_TYPE = Pattern.compile("invalid content-type: (\\S+)");

  /** What it says of a connection that is lost, with the server's last words if there were any. */
  private static final Pattern ENDED =
      Pattern.compile(
          "^(?:Network closed|Connection closed after GOAWAY(?:\\. HTTP/2 error code: (.*))?)",
          Pattern.DOTALL);

  /** What it says, in names of Java's, of binary metadata that it can't decode. */
  private static final Pattern NOT_BASE64 =
      Pattern.compile("Validation failed for header '([^']*)'.*DecodingException");

  private static final String START = "; start one with 'grpcos gateway start'";

  private ConnectFailure() {}

  static String noSocket(Target target) {
    return target.gateway()
        ? "no gateway runs at " + target + ": no such socket" + START
        : "no server runs at " + target + ": no such socket; check its path";
  }

  static String notASocket(Target target, String kind) {
    return target.gateway()
        ? "no gateway runs at "
            + target
            + ": it is a "
            + kind
            + ", not a socket; name the gateway's socket with --socket or GRPCOS_SOCKET"
        : "no server runs at " + target + ": it is a " + kind + ", not a socket; check its path";
  }

  static String silence(Target target, Duration timeout) {
    String start = "no answer from " + target + " within " + timeout.toMillis() + " ms: ";
    if (target.address().isLocal()) {
      return start + "it accepts connections but does not speak gRPC";
    }
    return start
        + "it can't be reached, or does not speak gRPC "
        + (target.tls() == null ? "without TLS" : "over TLS")
        + "; check the address, or allow for more with --connect-timeout";
  }

  /** A call's status, with what is known of the connection's part in it. */
  static Status explain(Target target, Status status) {
    Matcher http = HTTP_STATUS.matcher(text(status.getDescription()));
    if (http.find()) {
      Matcher type = CONTENT_TYPE.matcher(text(status.getDescription()));
      return status.withDescription(
          target
              + " answered with HTTP status "
              + http.group(1)
              + (type.find() ? " and " + type.group(1) : "")
              + ", which is no gRPC; check the address, and what proxies on the way say");
    }
    Matcher binary = NOT_BASE64.matcher(text(status.getDescription()) + causes(status));
    if (binary.find()) {
      return status.withDescription(
          target
              + " answered with a "
              + binary.group(1)
              + " that is no base64, so that its own status is lost");
    }
    Http2Exception broken = find(causes(status), Http2Exception.class);
    if (broken != null) {
      return status.withDescription(http2(target, broken));
    }
    Matcher ended = ENDED.matcher(text(status.getDescription()));
    if (ended.find()) {
      String said = text(ended.group(1));
      return status.withDescription(
          target
              + " ended the connection before it had answered"
              + (said.isEmpty() || said.startsWith("NO_ERROR") ? "" : ", saying " + said));
    }
    if (status.getCode() != Status.Code.UNAVAILABLE || status.getCause() == null) {
      return status;
    }
    Throwable root = Throwables.getRootCause(status.getCause());
    if (root instanceof ClosedChannelException) { // it has no words of its own
      return status.withDescription(target + " ended the connection before it had answered");
    }
    String reason = root.getMessage() == null ? root.toString() : root.getMessage();
    return status.withDescription("calling " + target + " failed: " + reason);
  }

  /**
   * Why connecting failed, by the status that a call got for it.
   *
   * @param wait how long it was tried in all; null if it was tried once
   */
  static String reason(Target target, Status status, @Nullable Duration wait) {
    List<Throwable> causes = causes(status);
    String last = causes.isEmpty() ? "" : text(causes.get(causes.size() - 1).getMessage());
    String all = text(status.getDescription()) + causes;
    if (find(causes, UnknownHostException.class) != null) {
      return target
          + " can't be found: its host's name has no address; check the name, or give an address";
    }
    if (last.contains("Connection refused")) {
      return target.gateway()
          ? "no gateway runs at "
              + target
              + ": nobody listens on the socket that one left behind"
              + START
          : "nobody listens at "
              + target
              + ": connection refused"
              + (wait == null
                  ? "; check the address, or give --wait where the server is still to come"
                  : ", for "
                      + DurationText.of(wait)
                      + "; check the address, or allow for more with --wait=DUR");
    }
    if (last.contains("No such file")) {
      return noSocket(target);
    }
    if (last.contains("Permission denied")) {
      return "no access to "
          + target
          + ": permission denied; "
          + (target.gateway() ? "the gateway's mode or group decides" : "its mode decides");
    }
    String certificate = certificate(target, causes, last);
    if (certificate != null) {
      return certificate;
    }
    if (find(causes, NotSslRecordException.class) != null
        || last.startsWith("Unsupported or unrecognized SSL message")) {
      return target
          + " does not speak TLS; "
          + (target.address().isLocal()
              ? "leave the options of TLS out, such as --cacert"
              : "give --plaintext if it need not be secret");
    }
    if (all.contains("ALPN")) {
      return target
          + " speaks TLS but not HTTP/2 in it: it is no gRPC server, or a proxy before it that"
          + " takes HTTP/1 alone; check the port";
    }
    if (find(causes, Http2Exception.class) != null) {
      return http2(target, all);
    }
    if (find(causes, SSLException.class) != null) {
      return "TLS with " + target + " failed: " + last + "; check what the server asks for";
    }
    return closed(target, last.isEmpty() ? text(status.getDescription()) : last);
  }

  /** What is wrong with a certificate, the server's or ours; null if nothing is. */
  private static @Nullable String certificate(Target target, List<Throwable> causes, String last) {
    String subject = "the certificate of " + target;
    if (find(causes, CertificateExpiredException.class) != null) {
      return subject
          + " has expired ("
          + last
          + "); have it renewed, or take it all the same with --insecure";
    }
    if (find(causes, CertificateNotYetValidException.class) != null) {
      return subject + " is not valid yet (" + last + "); check the clocks";
    }
    if (find(causes, CertPathBuilderException.class) != null
        || last.contains("unable to find valid certification path")
        || last.contains("Path does not chain")) {
      return subject
          + " is not signed by an authority that is trusted; give the one that did with --cacert,"
          + " or trust any with --insecure";
    }
    if (find(causes, CertificateException.class) != null) {
      return subject
          + " does not fit: "
          + last.replaceFirst("\\.$", "")
          + "; name the server as its certificate does with --server-name";
    }
    int alertAt = last.indexOf(ALERT); // newer JDKs put the alert before it, too
    if (alertAt >= 0) {
      String alert = last.substring(alertAt + ALERT.length());
      boolean given = target.tls() != null && target.tls().cert() != null;
      if (alert.contains("certificate") || alert.equals("unknown_ca") || alert.contains("denied")) {
        return given
            ? target + " refuses the certificate of --cert (" + alert + "); give one that it trusts"
            : target + " wants a certificate of its clients (" + alert + "); give --cert and --key";
      }
      return "TLS with " + target + " failed: the server says " + alert;
    }
    return null;
  }

  /** What ended a call below gRPC. */
  private static String http2(Target target, Http2Exception broken) {
    if (broken instanceof HeaderListSizeException size && !size.duringDecode()) {
      return "the metadata is larger than " + target + " takes; send less of it";
    }
    String reason = text(broken.getMessage());
    // Far above the limit it is no matter of the stream alone, and has no type.
    return broken instanceof HeaderListSizeException || reason.startsWith("Header size exceeded")
        ? target + " answered with more metadata than grpcos takes"
        : "calling " + target + " failed: " + reason;
  }

  private static String http2(Target target, String all) {
    // The first bytes that came, which Netty tells in hexadecimal: a TLS alert, or "HTTP/".
    if (all.contains("first 5 bytes: 15030")) {
      return target + " speaks TLS; " + withTls(target);
    }
    if (all.contains("HTTP/1") || all.contains("first 5 bytes: 485454502f")) {
      return target + " answers in HTTP/1, which is no gRPC; check the port";
    }
    return target + " does not speak HTTP/2, so it is no gRPC server; check the port";
  }

  private static String closed(Target target, String reason) {
    // Which of them it is told as is a matter of timing.
    boolean gone = reason.contains("closed") || reason.contains("reset by peer");
    String start =
        gone
            ? target + " ended the connection before it said anything"
            : "connecting to " + target + " failed: " + reason;
    if (target.gateway()) {
      return start;
    }
    return start
        + (target.tls() == null
            ? "; where it speaks TLS, " + withTls(target)
            : "; check the port, and what its TLS asks for");
  }

  private static String withTls(Target target) {
    return target.address() instanceof ServerAddress.Tcp
        ? "leave --plaintext out"
        : "give --cacert or --insecure";
  }

  private static List<Throwable> causes(Status status) {
    return status.getCause() == null ? List.of() : Throwables.getCausalChain(status.getCause());
  }

  private static <T extends Throwable> @Nullable T find(List<Throwable> causes, Class<T> type) {
    return causes.stream().filter(type::isInstance).map(type::cast).findFirst().orElse(null);
  }

  private static String text(@Nullable String message) {
    return message == null ? "" : message;
  }
}
