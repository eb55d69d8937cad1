package dev.grpcos.gateway.replay;

import dev.grpcos.gateway.json.JsonValue;
import dev.grpcos.gateway.json.JsonValue.JsonArray;
import dev.grpcos.gateway.json.JsonValue.JsonObject;
import dev.grpcos.gateway.json.JsonValue.Member;
import java.util.ArrayList;
import java.util.List;

/**
 * The fields of requests that are not compared.
 *
 * @param paths the names of fields from the outermost one, in either form; elements of arrays have
 *     the path of the array
 */
record IgnoredFields(List<List<String>> paths) {
  IgnoredFields {
    paths = List.copyOf(paths);
  }

  /** Returns the fields with these paths, in which dots separate names. */
  static IgnoredFields parse(List<String> texts) {
    return new IgnoredFields(texts.stream().map(text -> List.of(text.split("\\.", -1))).toList());
  }

  /** Returns the message without these fields. */
  JsonValue removedFrom(JsonValue message) {
    return paths.isEmpty() ? message : without(message, paths);
  }

  private static JsonValue without(JsonValue value, List<List<String>> paths) {
    if (value instanceof JsonArray array) {
      return new JsonArray(
          array.at(), array.elements().stream().map(each -> without(each, paths)).toList());
    }
    if (!(value instanceof JsonObject object)) {
      return value;
    }
    List<Member> kept = new ArrayList<>();
    for (Member member : object.members()) {
      List<List<String>> inside = new ArrayList<>();
      for (List<String> path : paths) {
        if (names(path.get(0), member.key())) {
          inside.add(path.subList(1, path.size()));
        }
      }
      if (inside.stream().noneMatch(List::isEmpty)) {
        kept.add(
            inside.isEmpty()
                ? member
                : new Member(member.at(), member.key(), without(member.value(), inside)));
      }
    }
    return new JsonObject(object.at(), kept);
  }

  /** Returns whether the name in a path is this key, or the name in the .proto file for it. */
  private static boolean names(String name, String key) {
    return name.equals(key) || lowerCamel(name).equals(key);
  }

  private static String lowerCamel(String name) {
    StringBuilder text = new StringBuilder();
    boolean upper = false;
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c == '_') {
        upper = true;
      } else {
        text.append(upper ? Character.toUpperCase(c) : c);
        upper = false;
      }
    }
    return text.toString();
  }
}
