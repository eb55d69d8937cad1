package dev.grpcos.gateway.json;

import dev.grpcos.gateway.json.JsonValue.JsonArray;
import dev.grpcos.gateway.json.JsonValue.JsonObject;
import dev.grpcos.gateway.json.JsonValue.Member;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A JSON object in the making, to which arguments add one by one. */
final class Draft {
  /** A member: a finished value, elements to which more can come, or an object in the making. */
  private sealed interface Slot {}

  private record Value(JsonValue json) implements Slot {}

  private record Elements(List<JsonValue> json) implements Slot {}

  private record Nested(Draft draft) implements Slot {}

  private final Position at;
  private final Map<String, Slot> slots = new LinkedHashMap<>();

  Draft(Position at) {
    this.at = at;
  }

  Position at() {
    return at;
  }

  void put(Position at, String key, JsonValue value) {
    if (slots.putIfAbsent(key, new Value(value)) != null) {
      throw new JsonException(at, key + " is given twice");
    }
  }

  void append(String key, List<JsonValue> values) {
    if (slots.computeIfAbsent(key, k -> new Elements(new ArrayList<>()))
        instanceof Elements elements) {
      elements.json().addAll(values);
    }
  }

  /** The object of this key, which is made if there is none. */
  Draft child(String key, Position at) {
    if (slots.computeIfAbsent(key, k -> new Nested(new Draft(at))) instanceof Nested nested) {
      return nested.draft();
    }
    throw new JsonException(at, key + " is given twice, whole and in parts");
  }

  JsonObject toJson() {
    List<Member> members = new ArrayList<>();
    slots.forEach(
        (key, slot) -> {
          JsonValue value;
          if (slot instanceof Value finished) {
            value = finished.json();
          } else if (slot instanceof Elements elements) {
            value = new JsonArray(at, List.copyOf(elements.json()));
          } else {
            value = ((Nested) slot).draft().toJson();
          }
          members.add(new Member(value.at(), key, value));
        });
    return new JsonObject(at, List.copyOf(members));
  }
}
