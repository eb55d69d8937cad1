package dev.grpcos.cli.tap;

import com.google.protobuf.util.Timestamps;
import dev.grpcos.cli.output.StandardOutput;
import dev.grpcos.gateway.text.PrintableText;
import dev.grpcos.proto.admin.v1.CallStep;
import dev.grpcos.proto.admin.v1.TapMessage;
import dev.grpcos.proto.admin.v1.TapMetadata;
import io.grpc.Status;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Prints the steps of calls for people, one line each, as they arrive; each line begins with the
 * number of its call. If calls are selected by their status, they are printed when they have ended.
 */
public final class CallText implements TapOutput {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT);

  /** The longest text of a call that is held until its status is known. */
  private static final int MOST_HELD = 1 << 20;

  private final StandardOutput output;
  private final StatusFilter statuses;
  private final ZoneId zone;
  private final Map<Long, StringBuilder> held = new HashMap<>();
  private long shown;

  /**
   * Creates an output.
   *
   * @param zone the zone of the times
   */
  public CallText(StandardOutput output, StatusFilter statuses, ZoneId zone) {
    this.output = output;
    this.statuses = statuses;
    this.zone = zone;
  }

  @Override
  public long add(CallStep step) {
    String text = text(step);
    if (statuses.isAll()) {
      print(text);
      shown += step.hasEnded() ? 1 : 0;
      return shown;
    }
    StringBuilder lines = held.computeIfAbsent(step.getCall(), number -> new StringBuilder());
    if (lines.length() + text.length() <= MOST_HELD || step.hasEnded()) {
      lines.append(text);
    }
    if (step.hasEnded()) {
      held.remove(step.getCall());
      if (statuses.selects(step.getEnded().getCode())) {
        print(lines.toString());
        shown++;
      }
    }
    return shown;
  }

  private void print(String text) {
    if (!text.isEmpty()) {
      output.line(text.substring(0, text.length() - 1));
    }
  }

  private String text(CallStep step) {
    String start = "#" + step.getCall() + " ";
    return switch (step.getStepCase()) {
      case BEGAN -> began(start, step.getBegan());
      case REQUEST -> message(start + "> ", step.getRequest());
      case HEADERS -> metadata(start + "header ", step.getHeaders());
      case RESPONSE -> message(start + "< ", step.getResponse());
      case ENDED -> ended(start, step);
      default -> "";
    };
  }

  private String began(String start, CallStep.Began began) {
    Instant time = Instant.ofEpochMilli(Timestamps.toMillis(began.getTime()));
    String user =
        began.getUser().isEmpty()
            ? "uid " + Integer.toUnsignedString(began.getUid())
            : began.getUser();
    String process =
        began.getAddress().isEmpty() ? "pid " + began.getPid() : "from " + began.getAddress();
    String route = began.getRoute().isEmpty() ? "" : " (" + began.getRoute() + ")";
    return line(
            start
                + TIME.format(time.atZone(zone))
                + " "
                + user
                + " "
                + process
                + " "
                + began.getMethod()
                + route)
        + metadata(start + "metadata ", began.getMetadata());
  }

  private static String ended(String start, CallStep step) {
    CallStep.Ended ended = step.getEnded();
    StringBuilder text = new StringBuilder(metadata(start + "trailer ", ended.getTrailers()));
    ended.getDetailsList().forEach(detail -> text.append(line(start + "detail " + detail)));
    if (ended.getIncomplete()) {
      text.append(line(start + "(messages of this call are missing)"));
    }
    String name = Status.fromCodeValue(ended.getCode()).getCode().name();
    return text.append(
            line(
                "%s%s%s, %s ms"
                    .formatted(
                        start,
                        name,
                        ended.getMessage().isEmpty() ? "" : ": " + ended.getMessage(),
                        String.format(Locale.ROOT, "%.1f", step.getMs()))))
        .toString();
  }

  private static String message(String start, TapMessage message) {
    return line(
        start
            + (message.getCut()
                ? "(%d bytes, not shown)".formatted(message.getSize())
                : CallReport.json(message)));
  }

  private static String metadata(String start, TapMetadata metadata) {
    StringBuilder text = new StringBuilder();
    for (TapMetadata.Entry entry : metadata.getEntriesList()) {
      text.append(line(start + entry.getKey() + ": " + entry.getValue()));
    }
    return text.toString();
  }

  private static String line(String text) {
    return PrintableText.line(text) + "\n";
  }
}
