package dev.grpcos.cli.tap;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.util.Timestamps;
import dev.grpcos.gateway.json.JsonText;
import dev.grpcos.proto.admin.v1.CallStep;
import dev.grpcos.proto.admin.v1.TapMessage;
import dev.grpcos.proto.admin.v1.TapMetadata;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A call, whose steps are collected until it has ended. Its JSON is one line of a recording, which
 * {@code grpcos-recording(5)} describes.
 */
final class CallReport {
  /** The maximum number of bytes of the messages of a call as JSON. */
  private static final int MOST_BYTES = 64 << 20;

  /** The bytes that a message takes besides its JSON, for its time and in the lists. */
  private static final int MESSAGE_BYTES = 64;

  private final CallStep.Began began;
  private final List<String> requests = new ArrayList<>();
  private final List<String> responses = new ArrayList<>();
  private final List<String> requestTimes = new ArrayList<>();
  private final List<String> responseTimes = new ArrayList<>();
  private TapMetadata headers = TapMetadata.getDefaultInstance();
  private @Nullable String halfClosed;
  private CallStep.@Nullable Ended ended;
  private String ms = "0";
  private long bytes;
  private boolean cut;

  /**
   * The time of the last step in microseconds; the next one is later, so that times give an order.
   */
  private long last = -1;

  CallReport(CallStep.Began began) {
    this.began = began;
  }

  /** Adds a step. */
  void add(CallStep step) {
    String at = time(step.getMs());
    switch (step.getStepCase()) {
      case REQUEST -> add(step.getRequest(), at, requests, requestTimes);
      case RESPONSE -> add(step.getResponse(), at, responses, responseTimes);
      case HALF_CLOSED -> halfClosed = at;
      case HEADERS -> headers = step.getHeaders();
      case ENDED -> {
        ended = step.getEnded();
        ms = at;
      }
      default -> {}
    }
  }

  /** Returns milliseconds, later than those of the previous step. */
  private String time(double millis) {
    last = Math.max(last + 1, Math.round(millis * 1e3));
    return milliseconds(last);
  }

  private static String milliseconds(long micros) {
    String rest = Long.toString(1000 + micros % 1000).substring(1).replaceFirst("0+$", "");
    return micros / 1000 + (rest.isEmpty() ? "" : "." + rest);
  }

  /** Adds a message and its time. After {@link #MOST_BYTES}, messages are left out. */
  private void add(TapMessage message, String at, List<String> messages, List<String> times) {
    if (bytes > MOST_BYTES) {
      cut = true;
      return;
    }
    bytes += MESSAGE_BYTES;
    messages.add(text(message));
    times.add(at);
  }

  private String text(TapMessage message) {
    String json = json(message);
    bytes += json.length();
    if (message.getCut() || bytes > MOST_BYTES) {
      cut = true;
      return "{\"@cut\":" + message.getSize() + "}";
    }
    return json;
  }

  /** Returns the JSON of a message; without a schema, the encoded message in base64. */
  static String json(TapMessage message) {
    return message.getJson().isEmpty()
        ? "{\"@value\":\"%s\"}"
            .formatted(Base64.getEncoder().encodeToString(message.getRaw().toByteArray()))
        : message.getJson();
  }

  String method() {
    return began.getMethod();
  }

  /** Returns whether the call has ended and some of its messages are missing. */
  boolean isIncomplete() {
    return cut || (ended != null && ended.getIncomplete());
  }

  /** Appends the call, without a line feed. */
  void write(JsonText text) {
    CallStep.Ended end = ended == null ? CallStep.Ended.getDefaultInstance() : ended;
    text.put("{\"time\":");
    text.quoted(Timestamps.toString(began.getTime()));
    text.put(",\"method\":");
    text.quoted(began.getMethod());
    text.put(",\"route\":");
    text.quoted(began.getRoute());
    text.put(",\"socket\":");
    text.quoted(began.getSocket());
    text.put(",\"uid\":" + Integer.toUnsignedString(began.getUid()) + ",\"user\":");
    text.quoted(began.getUser());
    text.put(",\"pid\":" + began.getPid() + ",\"address\":");
    text.quoted(began.getAddress());
    text.put(",\"metadata\":");
    metadata(began.getMetadata(), text);
    list(",\"requests\":[", requests, text);
    text.put(",\"headers\":");
    metadata(headers, text);
    list(",\"responses\":[", responses, text);
    text.put(",\"status\":{\"code\":" + end.getCode() + ",\"name\":");
    text.quoted(Status.fromCodeValue(end.getCode()).getCode().name());
    text.put(",\"message\":");
    text.quoted(end.getMessage());
    list(",\"details\":[", end.getDetailsList(), text);
    text.put("},\"trailers\":");
    metadata(end.getTrailers(), text);
    text.put(",\"ms\":" + ms);
    list(",\"at\":{\"requests\":[", requestTimes, text);
    text.put(",\"halfClosed\":" + halfClosed);
    list(",\"responses\":[", responseTimes, text);
    text.put("},\"incomplete\":" + isIncomplete() + "}");
  }

  private static void list(String start, List<String> values, JsonText text) {
    text.put(start);
    for (int i = 0; i < values.size(); i++) {
      text.put(i == 0 ? "" : ",");
      text.put(values.get(i).getBytes(UTF_8));
    }
    text.put(']');
  }

  private static void metadata(TapMetadata metadata, JsonText text) {
    Map<String, List<String>> values = new LinkedHashMap<>();
    for (TapMetadata.Entry entry : metadata.getEntriesList()) {
      values.computeIfAbsent(entry.getKey(), key -> new ArrayList<>()).add(entry.getValue());
    }
    text.put('{');
    String separator = "";
    for (Map.Entry<String, List<String>> entry : values.entrySet()) {
      text.put(separator);
      separator = ",";
      text.quoted(entry.getKey());
      text.put(":[");
      for (int i = 0; i < entry.getValue().size(); i++) {
        text.put(i == 0 ? "" : ",");
        text.quoted(entry.getValue().get(i));
      }
      text.put(']');
    }
    text.put('}');
  }
}
