package dev.grpcos.gateway.json;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A JSON value with its position. Numbers keep their text. Immutable. */
public sealed interface JsonValue {
  /** Returns the position where the value begins. */
  Position at();

  /** Members in the order of the text, with distinct keys. */
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

  /** A key, unescaped, its position, and its value. */
  record Member(Position at, String key, JsonValue value) {}

  /** Elements in the order of the text. */
  record JsonArray(Position at, List<JsonValue> elements) implements JsonValue {}

  /** A string, unescaped, without lone surrogates. */
  record JsonString(Position at, String text) implements JsonValue {}

  /** A number as RFC 8259 spells it. */
  record JsonNumber(Position at, String text) implements JsonValue {}

  /** {@code true} or {@code false}. */
  record JsonBoolean(Position at, boolean value) implements JsonValue {}

  /** {@code null}. */
  record JsonNull(Position at) implements JsonValue {}
}
