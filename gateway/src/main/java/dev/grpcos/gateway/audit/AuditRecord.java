package dev.grpcos.gateway.audit;

import dev.grpcos.gateway.peer.PeerIdentity;
import dev.grpcos.gateway.policy.SocketCaller;
import io.grpc.Status;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The audit record of a call.
 *
 * @param time when the call began
 * @param route the origin that served the call; null if none did
 * @param requests the number of requests that were read
 * @param requestBytes the size of the requests, without compression
 * @param responses the number of responses that were sent
 * @param responseBytes the size of the responses, without compression
 * @param took the duration of the call
 */
record AuditRecord(
    Instant time,
    SocketCaller caller,
    String method,
    @Nullable String route,
    Status.Code status,
    long requests,
    long requestBytes,
    long responses,
    long responseBytes,
    Duration took)
    implements AuditLine {
  static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  /** The maximum length of a method's name, which the caller chooses. */
  private static final int MAX_METHOD = 512;

  /** Returns the line of the record, with a line feed. */
  @Override
  public String line() {
    PeerIdentity peer = caller.peer();
    StringBuilder line = new StringBuilder(256);
    line.append("{\"time\":\"").append(TIME.format(time));
    line.append("\",\"uid\":").append(Integer.toUnsignedString(peer.uid()));
    line.append(",\"gid\":").append(Integer.toUnsignedString(peer.gid()));
    if (peer.address() == null) {
      line.append(",\"pid\":").append(peer.pid());
    } else {
      line.append(",\"address\":");
      quote(peer.address(), line);
    }
    line.append(",\"socket\":");
    quote(caller.socket().name(), line);
    line.append(",\"method\":");
    quote(method.length() > MAX_METHOD ? method.substring(0, MAX_METHOD) + "…" : method, line);
    if (route != null) {
      line.append(",\"route\":");
      quote(route, line);
    }
    line.append(",\"status\":\"").append(status);
    line.append("\",\"requests\":").append(requests);
    line.append(",\"requestBytes\":").append(requestBytes);
    line.append(",\"responses\":").append(responses);
    line.append(",\"responseBytes\":").append(responseBytes);
    line.append(",\"ms\":").append(Math.round(took.toNanos() / 1e3) / 1e3);
    return line.append("}\n").toString();
  }

  /** Returns a line that replaces lost records. */
  static String lost(Instant time, long lines) {
    return "{\"time\":\"" + TIME.format(time) + "\",\"lost\":" + lines + "}\n";
  }

  private static void quote(String text, StringBuilder line) {
    line.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        line.append('\\').append(c);
      } else if (c < ' ' || c == 0x7f || Character.isSurrogate(c)) {
        line.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
      } else {
        line.append(c);
      }
    }
    line.append('"');
  }
}
