package dev.grpcos.gateway.json;

import dev.grpcos.gateway.json.JsonValue.JsonArray;
import dev.grpcos.gateway.json.JsonValue.JsonObject;
import dev.grpcos.gateway.json.JsonValue.Member;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** A JSON object under construction. Each argument adds to it. */
final class Draft {
  /** A member: a finished value, elements of an array, or an object under construction. */
  private sealed interface Slot {}

  private record Value(JsonValue json) implements Slot {}

  /** Elements that are appended. */
  private record Appended(List<JsonValue> json) implements Slot {}

  /** Elements by index. */
  private record Indexed(Draft elements) implements Slot {}

  private record Nested(Draft draft) implements Slot {}

  private final Position at;
  private final Map<String, Slot> slots = new LinkedHashMap<>();

  Draft(Position at) {
    this.at = at;
  }

  Position at() {
    return at;
  }

  /** Adds a member. {@code path} names it in messages, here and in the methods below. */
  void put(Position at, String key, String path, JsonValue value) {
    if (slots.putIfAbsent(key, new Value(value)) != null) {
      throw new JsonException(at, path + " is given twice");
    }
  }

  /** Appends elements to the array with this key. */
  void append(Position at, String key, String path, List<JsonValue> values) {
    if (!(slots.computeIfAbsent(key, k -> new Appended(new ArrayList<>()))
        instanceof Appended elements)) {
      throw new JsonException(
          at, path + " has elements with and without an index: use one form for all");
    }
    elements.json().addAll(values);
  }

  /** Returns the object with this key; creates it if there is none. */
  Draft child(Position at, String key, String path) {
    if (slots.computeIfAbsent(key, k -> new Nested(new Draft(at))) instanceof Nested nested) {
      return nested.draft();
    }
    throw new JsonException(at, path + " is given twice, as a whole and in parts");
  }

  /** Returns the elements of the array with this key, as an object whose keys are the indexes. */
  Draft elements(Position at, String key, String path) {
    if (slots.computeIfAbsent(key, k -> new Indexed(new Draft(at))) instanceof Indexed indexed) {
      return indexed.elements();
    }
    throw new JsonException(
        at, path + " has elements with and without an index: use one form for all");
  }

  JsonObject toJson() {
    return toJson("");
  }

  private JsonObject toJson(String path) {
    List<Member> members = new ArrayList<>();
    slots.forEach(
        (key, slot) -> {
          JsonValue value = toJson(slot, path.isEmpty() ? key : path + "." + key);
          members.add(new Member(value.at(), key, value));
        });
    return new JsonObject(at, List.copyOf(members));
  }

  private JsonValue toJson(Slot slot, String path) {
    if (slot instanceof Value finished) {
      return finished.json();
    } else if (slot instanceof Appended elements) {
      return new JsonArray(at, List.copyOf(elements.json()));
    } else if (slot instanceof Indexed indexed) {
      return indexed.elements().toArray(path);
    }
    return ((Nested) slot).draft().toJson(path);
  }

  private JsonArray toArray(String path) {
    SortedMap<Integer, JsonValue> elements = new TreeMap<>();
    slots.forEach(
        (index, slot) ->
            elements.put(Integer.valueOf(index), toJson(slot, path + "[" + index + "]")));
    int next = 0;
    for (Map.Entry<Integer, JsonValue> element : elements.entrySet()) {
      if (element.getKey() != next) {
        throw new JsonException(
            element.getValue().at(),
            "%1$s[%2$d] is given, but not %1$s[%3$d]: number the elements from 0, without gaps"
                .formatted(path, element.getKey(), next));
      }
      next++;
    }
    return new JsonArray(at, List.copyOf(elements.values()));
  }
}
