package dev.grpcos.gateway.replay;

import dev.grpcos.gateway.json.JsonValue;
import dev.grpcos.gateway.json.JsonValue.JsonArray;
import dev.grpcos.gateway.json.JsonValue.JsonObject;
import dev.grpcos.gateway.json.JsonValue.Member;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The differences between recorded requests and those of a call. */
final class RequestDifference {
  private static final int MOST_SHOWN = 3;
  private static final int MOST_CHARACTERS = 60;

  private final List<String> shown = new ArrayList<>();
  private int count;

  private RequestDifference() {}

  /** Compares the requests of a recorded call with those that have come. */
  static RequestDifference of(List<RequestJson> recorded, List<RequestJson> received) {
    RequestDifference difference = new RequestDifference();
    for (int i = 0; i < Math.max(recorded.size(), received.size()); i++) {
      String path = recorded.size() > 1 || received.size() > 1 ? "request " + (i + 1) : "";
      difference.compare(
          path,
          i < recorded.size() ? recorded.get(i).value() : null,
          i < received.size() ? received.get(i).value() : null);
    }
    return difference;
  }

  /** Returns the number of differences. */
  int count() {
    return count;
  }

  /** Returns the differences on one line. */
  String text() {
    String text = String.join("; ", shown);
    return count > shown.size() ? text + "; and " + (count - shown.size()) + " more" : text;
  }

  private void compare(String path, @Nullable JsonValue recorded, @Nullable JsonValue received) {
    if (recorded instanceof JsonObject one && received instanceof JsonObject other) {
      Set<String> keys = new LinkedHashSet<>();
      one.members().forEach(member -> keys.add(member.key()));
      other.members().forEach(member -> keys.add(member.key()));
      keys.forEach(
          key -> compare(join(path, key), value(one.member(key)), value(other.member(key))));
    } else if (recorded instanceof JsonArray one && received instanceof JsonArray other) {
      for (int i = 0; i < Math.max(one.elements().size(), other.elements().size()); i++) {
        compare(path + "[" + i + "]", element(one, i), element(other, i));
      }
    } else if (recorded == null
        || received == null
        || !RequestJson.text(recorded).equals(RequestJson.text(received))) {
      add(path, recorded, received);
    }
  }

  private static @Nullable JsonValue value(@Nullable Member member) {
    return member == null ? null : member.value();
  }

  private static @Nullable JsonValue element(JsonArray array, int index) {
    return index < array.elements().size() ? array.elements().get(index) : null;
  }

  private static String join(String path, String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  private void add(String path, @Nullable JsonValue recorded, @Nullable JsonValue received) {
    count++;
    if (shown.size() < MOST_SHOWN) {
      shown.add(
          "%s: recorded %s, got %s"
              .formatted(path.isEmpty() ? "request" : path, text(recorded), text(received)));
    }
  }

  private static String text(@Nullable JsonValue value) {
    String text = value == null ? "nothing" : RequestJson.text(value);
    return text.length() <= MOST_CHARACTERS ? text : text.substring(0, MOST_CHARACTERS) + "…";
  }
}
