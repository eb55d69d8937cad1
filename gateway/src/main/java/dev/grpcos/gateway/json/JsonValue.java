package dev.grpcos.gateway.json;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A JSON value with its position. Numbers keep their text. Immutable. */
public sealed interface JsonValue {
  /** Returns the position where the value begins. */
  Position at();

  /** An object. Its members are in the order of the text and have distinct keys. */
  record JsonObject(Position at, List<Member> members) implements JsonValue {
    /** Returns the member with a key, or null. */
    public @Nullable Member member(String key) {
      for (Member member : members) {
        if (member.key().equals(key)) {
          return member;
        }
      }
      return null;
    }
  }

  /** A member of an object. The key is unescaped. */
  record Member(Position at, String key, JsonValue value) {}

  /** An array. Its elements are in the order of the text. */
  record JsonArray(Position at, List<JsonValue> elements) implements JsonValue {}

  /** A string, unescaped, without lone surrogates. */
  record JsonString(Position at, String text) implements JsonValue {}

  /** A number in the syntax of RFC 8259. */
  record JsonNumber(Position at, String text) implements JsonValue {}

  /** {@code true} or {@code false}. */
  record JsonBoolean(Position at, boolean value) implements JsonValue {}

  /** {@code null}. */
  record JsonNull(Position at) implements JsonValue {}
}
