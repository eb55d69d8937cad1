package dev.grpcos.cli.daemon;

import com.google.errorprone.annotations.FormatMethod;
import com.google.protobuf.Timestamp;
import dev.grpcos.proto.admin.v1.Calls;
import dev.grpcos.proto.admin.v1.Credentials;
import dev.grpcos.proto.admin.v1.GetStatusResponse;
import dev.grpcos.proto.admin.v1.HttpAddress;
import dev.grpcos.proto.admin.v1.Memory;
import dev.grpcos.proto.admin.v1.Reload;
import dev.grpcos.proto.admin.v1.Socket;
import dev.grpcos.proto.admin.v1.Upstream;
import dev.grpcos.proto.admin.v1.Versions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The gateway's status as text, one fact per line. */
public final class StatusText {
  private static final double MIB = 1 << 20;

  private final GetStatusResponse status;
  private final List<String> lines = new ArrayList<>();

  private StatusText(GetStatusResponse status) {
    this.status = status;
  }

  /** Returns the lines. */
  public static List<String> of(GetStatusResponse status) {
    StatusText text = new StatusText(status);
    text.state();
    text.process();
    text.use();
    status.getSocketsList().forEach(text::socket);
    if (status.hasHttp()) {
      text.http(status.getHttp());
    }
    status.getUpstreamsList().forEach(text::upstream);
    status.getServicesList().forEach(service -> text.add("service", service));
    return text.lines;
  }

  private void state() {
    add("state", status.getDraining() ? "draining" : "serving");
    add("socket", status.getSocket());
    add("config", status.getConfigFile().isEmpty() ? "built-in" : status.getConfigFile());
    if (status.hasLastReload()) {
      reload(status.getLastReload());
    }
    if (status.hasLaunch()) {
      add("log", LaunchText.log(status.getLaunch()));
    }
  }

  private void reload(Reload reload) {
    String time = time(reload.getTime());
    if (reload.getProblemsCount() == 0) {
      add("reload", time + " applied");
    }
    for (String problem : reload.getProblemsList()) {
      add("reload", time + " failed, and changed nothing: " + problem);
    }
    for (String key : reload.getRestartList()) {
      add("reload", time + " " + key + " takes effect at the next start");
    }
  }

  private void process() {
    add("pid", status.getPid() + " (uid " + status.getUid() + ")");
    add(
        "uptime",
        duration(Duration.ofSeconds(status.getUptime().getSeconds()))
            + " (since "
            + time(status.getStarted())
            + ")");
    Versions versions = status.getVersions();
    add(
        "version",
        format(
            "grpcos %s, gRPC %s, protobuf %s, Java %s",
            versions.getGrpcos(), versions.getGrpc(), versions.getProtobuf(), versions.getJava()));
  }

  private void use() {
    Calls calls = status.getCalls();
    add(
        "calls",
        format(
            "%d so far, %d failed, %d in flight on %d connections",
            calls.getTotal(), calls.getFailed(), calls.getInFlight(), calls.getConnections()));
    Memory memory = status.getMemory();
    add(
        "memory",
        format(
            "%.1f MiB resident, heap %.1f of at most %.1f MiB",
            memory.getRssBytes() / MIB,
            memory.getHeapUsedBytes() / MIB,
            memory.getHeapMaxBytes() / MIB));
  }

  private void socket(Socket socket) {
    add(
        "socket",
        format(
            "%s  %d of %d methods, %d calls, %d refused",
            socket.getPath(),
            socket.getMethods(),
            socket.getTotal(),
            socket.getCalls(),
            socket.getRefused()));
  }

  private void http(HttpAddress http) {
    add(
        "http",
        format(
            "%s  as uid %d, %d of %d methods, %d connections, %d calls, %d refused, %d rejected",
            http.getAddress(),
            Integer.toUnsignedLong(http.getUid()),
            http.getMethods(),
            http.getTotal(),
            http.getConnections(),
            http.getCalls(),
            http.getRefused(),
            http.getRejected()));
  }

  /**
   * Adds a line such as {@code billing ready since …, 3 offered, dns:///billing:443}, with the
   * numbers of shadowed services by holder and the last error, if any; and a line for each detail.
   */
  private void upstream(Upstream upstream) {
    add(
        "upstream",
        format(
            "%s %s since %s, %d offered%s, %s%s",
            upstream.getName(),
            upstream.getState().name().toLowerCase(Locale.ROOT),
            time(upstream.getSince()),
            upstream.getServices() - upstream.getShadowedCount(),
            shadowed(upstream),
            upstream.getTarget(),
            upstream.getLastError().isEmpty() ? "" : ": " + upstream.getLastError()));
    upstream.getOfferedList().forEach(service -> add("", "offers " + service));
    upstream
        .getShadowedList()
        .forEach(
            each -> add("", "shadowed " + each.getService() + ", served by " + each.getHolder()));
    if (upstream.hasCredentials()) {
      add("", "credentials " + state(upstream.getCredentials()));
    }
    if (upstream.hasCertificate()) {
      add("", "certificate " + state(upstream.getCertificate()));
    }
  }

  private static String shadowed(Upstream upstream) {
    Map<String, Integer> counts = new TreeMap<>();
    upstream.getShadowedList().forEach(each -> counts.merge(each.getHolder(), 1, Integer::sum));
    StringBuilder text = new StringBuilder();
    counts.forEach(
        (holder, count) -> text.append(", ").append(count).append(" shadowed by ").append(holder));
    return text.toString();
  }

  private static String state(Credentials credentials) {
    String time = credentials.hasExpires() ? time(credentials.getExpires()) : "";
    if (!credentials.getValid()) {
      return time.isEmpty() ? "missing" : "expired at " + time;
    }
    return time.isEmpty() ? "valid, expiry unknown" : "valid until " + time;
  }

  private void add(String name, String value) {
    lines.add(format("%-9s%s", name, value));
  }

  @FormatMethod
  private static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }

  private static String time(Timestamp time) {
    return Instant.ofEpochSecond(time.getSeconds()).toString();
  }

  private static String duration(Duration time) {
    return (time.toDays() > 0 ? time.toDays() + "d " : "")
        + (time.toHours() > 0 ? time.toHoursPart() + "h " : "")
        + (time.toMinutes() > 0 ? time.toMinutesPart() + "m " : "")
        + time.toSecondsPart()
        + "s";
  }
}
