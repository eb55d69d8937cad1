package dev.grpcos.cli.top;

import dev.grpcos.gateway.peer.UserNames;
import dev.grpcos.proto.admin.v1.CallerCalls;
import dev.grpcos.proto.admin.v1.GetStatusResponse;
import dev.grpcos.proto.admin.v1.MethodCalls;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The gateway's counters at one time, by method, caller and upstream. */
public final class TopSample {
  private static final String UPSTREAM = "upstream:";

  private final long nanos;
  private final GetStatusResponse status;
  private final List<Double> bounds;
  private final CallTally total;
  private final Map<String, CallTally> methods = new TreeMap<>();
  private final Map<String, CallTally> callers = new TreeMap<>();
  private final Map<String, CallTally> upstreams = new TreeMap<>();

  /**
   * Reads the counters of a status with metrics.
   *
   * @param nanos the time, see {@link System#nanoTime}
   */
  public TopSample(GetStatusResponse status, long nanos) {
    this.nanos = nanos;
    this.status = status;
    bounds = status.getMetrics().getSecondsBoundsList();
    total = tally();
    status.getUpstreamsList().forEach(each -> upstreams.put(each.getName(), tally()));
    for (MethodCalls each : status.getMetrics().getMethodsList()) {
      total.add(each);
      methods.computeIfAbsent(each.getMethod(), name -> tally()).add(each);
      if (each.getRoute().startsWith(UPSTREAM)) {
        String name = each.getRoute().substring(UPSTREAM.length());
        upstreams.computeIfAbsent(name, unused -> tally()).add(each);
      }
    }
    for (CallerCalls each : status.getMetrics().getCallersList()) {
      callers.computeIfAbsent(caller(each.getUid()), name -> tally()).add(each);
    }
  }

  private CallTally tally() {
    return new CallTally(bounds.size() + 1);
  }

  private static String caller(String uid) {
    return Character.isDigit(uid.charAt(0)) ? UserNames.of(Integer.parseUnsignedInt(uid)) : uid;
  }

  /** Returns the status from which the counters come. */
  public GetStatusResponse status() {
    return status;
  }

  /** Returns the calls of all methods since an earlier sample. */
  public TopRow total(TopSample before) {
    return total.since(before.total, "total", seconds(before), bounds);
  }

  /** Returns the calls of each method since an earlier sample. */
  public List<TopRow> methods(TopSample before) {
    return rows(methods, before.methods, seconds(before));
  }

  /** Returns the calls of each caller since an earlier sample. */
  public List<TopRow> callers(TopSample before) {
    return rows(callers, before.callers, seconds(before));
  }

  /** Returns the calls through each upstream since an earlier sample. */
  public List<TopRow> upstreams(TopSample before) {
    return rows(upstreams, before.upstreams, seconds(before));
  }

  private List<TopRow> rows(
      Map<String, CallTally> now, Map<String, CallTally> before, double seconds) {
    return now.entrySet().stream()
        .map(
            each ->
                each.getValue()
                    .since(
                        before.getOrDefault(each.getKey(), tally()),
                        each.getKey(),
                        seconds,
                        bounds))
        .toList();
  }

  private double seconds(TopSample before) {
    return (nanos - before.nanos) / 1e9;
  }
}
