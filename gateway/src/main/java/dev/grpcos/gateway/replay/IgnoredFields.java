package dev.grpcos.gateway.replay;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import dev.grpcos.gateway.json.JsonValue;
import dev.grpcos.gateway.json.JsonValue.JsonArray;
import dev.grpcos.gateway.json.JsonValue.JsonObject;
import dev.grpcos.gateway.json.JsonValue.Member;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * The fields of requests that are not compared.
 *
 * @param paths the names of fields from the outermost one, in either form; elements of arrays have
 *     the path of the array
 */
record IgnoredFields(List<List<String>> paths) {
  /** The package of messages that have a JSON form of their own. */
  private static final String WELL_KNOWN = "google.protobuf.";

  IgnoredFields {
    paths = List.copyOf(paths);
  }

  /** Returns the fields with these paths, in which dots separate names. */
  static IgnoredFields parse(List<String> texts) {
    return new IgnoredFields(texts.stream().map(text -> List.of(text.split("\\.", -1))).toList());
  }

  /** Returns the paths that name no field in messages of any of these types. */
  List<String> unknownIn(Collection<Descriptor> types) {
    return paths.stream()
        .filter(path -> types.stream().noneMatch(type -> has(type, path)))
        .map(path -> String.join(".", path))
        .toList();
  }

  private static boolean has(Descriptor type, List<String> path) {
    if (path.isEmpty() || type.isExtendable() || type.getFullName().startsWith(WELL_KNOWN)) {
      return true; // other names than those of the fields are possible
    }
    for (FieldDescriptor field : type.getFields()) {
      if (path.get(0).equals(field.getName()) || names(path.get(0), field.getJsonName())) {
        List<String> rest = path.subList(1, path.size());
        return rest.isEmpty()
            || field.isMapField() // the next name is a key
            || (field.getJavaType() == JavaType.MESSAGE && has(field.getMessageType(), rest));
      }
    }
    return false;
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
