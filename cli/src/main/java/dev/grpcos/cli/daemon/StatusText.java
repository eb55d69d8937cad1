package dev.grpcos.cli.daemon;

import dev.grpcos.proto.admin.v1.Credentials;
import dev.grpcos.proto.admin.v1.GetStatusResponse;
import dev.grpcos.proto.admin.v1.HttpAddress;
import dev.grpcos.proto.admin.v1.Reload;
import dev.grpcos.proto.admin.v1.Socket;
import dev.grpcos.proto.admin.v1.Upstream;
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

  private StatusText() {}

  /** Returns the lines. */
  public static List<String> of(GetStatusResponse status) {
    List<String> lines = new ArrayList<>();
    lines.add(line("state", status.getDraining() ? "draining" : "serving"));
    lines.add(line("socket", status.getSocket()));
    lines.add(
        line("config", status.getConfigFile().isEmpty() ? "built-in" : status.getConfigFile()));
    if (status.hasLastReload()) {
      lines.addAll(reload(status.getLastReload()));
    }
    if (status.hasLaunch()) {
      lines.add(line("log", LaunchText.log(status.getLaunch())));
    }
    lines.add(line("pid", status.getPid() + " (uid " + status.getUid() + ")"));
    lines.add(
        line(
            "uptime",
            duration(Duration.ofSeconds(status.getUptime().getSeconds()))
                + " (since "
                + Instant.ofEpochSecond(status.getStarted().getSeconds())
                + ")"));
    lines.add(
        line(
            "version",
            String.format(
                Locale.ROOT,
                "grpcos %s, gRPC %s, protobuf %s, Java %s",
                status.getVersions().getGrpcos(),
                status.getVersions().getGrpc(),
                status.getVersions().getProtobuf(),
                status.getVersions().getJava())));
    lines.add(
        line(
            "calls",
            String.format(
                Locale.ROOT,
                "%d so far, %d failed, %d in flight on %d connections",
                status.getCalls().getTotal(),
                status.getCalls().getFailed(),
                status.getCalls().getInFlight(),
                status.getCalls().getConnections())));
    lines.add(
        line(
            "memory",
            String.format(
                Locale.ROOT,
                "%.1f MiB resident, heap %.1f of at most %.1f MiB",
                status.getMemory().getRssBytes() / MIB,
                status.getMemory().getHeapUsedBytes() / MIB,
                status.getMemory().getHeapMaxBytes() / MIB)));
    for (Socket socket : status.getSocketsList()) {
      lines.add(
          line(
              "socket",
              String.format(
                  Locale.ROOT,
                  "%s  %d of %d methods, %d calls, %d refused",
                  socket.getPath(),
                  socket.getMethods(),
                  socket.getTotal(),
                  socket.getCalls(),
                  socket.getRefused())));
    }
    if (status.hasHttp()) {
      HttpAddress http = status.getHttp();
      lines.add(
          line(
              "http",
              String.format(
                  Locale.ROOT,
                  "%s  as uid %d, %d of %d methods, %d connections, %d calls, %d refused, %d"
                      + " rejected",
                  http.getAddress(),
                  Integer.toUnsignedLong(http.getUid()),
                  http.getMethods(),
                  http.getTotal(),
                  http.getConnections(),
                  http.getCalls(),
                  http.getRefused(),
                  http.getRejected())));
    }
    for (Upstream upstream : status.getUpstreamsList()) {
      lines.add(line("upstream", upstream(upstream)));
      lines.addAll(details(upstream));
    }
    for (String service : status.getServicesList()) {
      lines.add(line("service", service));
    }
    return lines;
  }

  private static List<String> reload(Reload reload) {
    String time = Instant.ofEpochSecond(reload.getTime().getSeconds()).toString();
    List<String> lines = new ArrayList<>();
    if (reload.getProblemsCount() == 0) {
      lines.add(line("reload", time + " applied"));
    }
    for (String problem : reload.getProblemsList()) {
      lines.add(line("reload", time + " failed, and changed nothing: " + problem));
    }
    for (String key : reload.getRestartList()) {
      lines.add(line("reload", time + " " + key + " takes effect at the next start"));
    }
    return lines;
  }

  /**
   * Returns a line such as {@code billing ready since …, 3 offered, dns:///billing:443}, with the
   * numbers of shadowed services by holder and the last error, if any.
   */
  private static String upstream(Upstream upstream) {
    return String.format(
        Locale.ROOT,
        "%s %s since %s, %d offered%s, %s%s",
        upstream.getName(),
        upstream.getState().name().toLowerCase(Locale.ROOT),
        Instant.ofEpochSecond(upstream.getSince().getSeconds()),
        upstream.getServices() - upstream.getShadowedCount(),
        shadowed(upstream),
        upstream.getTarget(),
        upstream.getLastError().isEmpty() ? "" : ": " + upstream.getLastError());
  }

  private static String shadowed(Upstream upstream) {
    Map<String, Integer> counts = new TreeMap<>();
    upstream.getShadowedList().forEach(each -> counts.merge(each.getHolder(), 1, Integer::sum));
    StringBuilder text = new StringBuilder();
    counts.forEach(
        (holder, count) -> text.append(", ").append(count).append(" shadowed by ").append(holder));
    return text.toString();
  }

  private static List<String> details(Upstream upstream) {
    List<String> lines = new ArrayList<>();
    upstream.getOfferedList().forEach(service -> lines.add(line("", "offers " + service)));
    upstream
        .getShadowedList()
        .forEach(
            each ->
                lines.add(
                    line("", "shadowed " + each.getService() + ", served by " + each.getHolder())));
    if (upstream.hasCredentials()) {
      lines.add(line("", "credentials " + state(upstream.getCredentials())));
    }
    if (upstream.hasCertificate()) {
      lines.add(line("", "certificate " + state(upstream.getCertificate())));
    }
    return lines;
  }

  private static String state(Credentials credentials) {
    String time =
        credentials.hasExpires()
            ? Instant.ofEpochSecond(credentials.getExpires().getSeconds()).toString()
            : "";
    if (!credentials.getValid()) {
      return time.isEmpty() ? "missing" : "expired at " + time;
    }
    return time.isEmpty() ? "valid, expiry unknown" : "valid until " + time;
  }

  private static String line(String name, String value) {
    return String.format(Locale.ROOT, "%-9s%s", name, value);
  }

  private static String duration(Duration time) {
    return (time.toDays() > 0 ? time.toDays() + "d " : "")
        + (time.toHours() > 0 ? time.toHoursPart() + "h " : "")
        + (time.toMinutes() > 0 ? time.toMinutesPart() + "m " : "")
        + time.toSecondsPart()
        + "s";
  }
}
