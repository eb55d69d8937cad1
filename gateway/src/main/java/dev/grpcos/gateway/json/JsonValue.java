package dev.grpcos.gateway.json;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A JSON value that knows where it stands; immutable. Numbers keep the text they were given as. */
public sealed interface JsonValue {
  /** Where the value begins. */
  Position at();

  /** Members in the order of the text; no two have one key. */
  record JsonObject(Position at, List<Member> members) implements JsonValue {
    /** The member of this key, or null. */
    public @Nullable Member member(String key) {
      for (Member member : members) {
        if (member.key().equals(key)) {
          return member;
        }
      }
      return null;
    }
  }

  /** A key, unescaped, where it stands, and its value. */
  record Member(Position at, String key, JsonValue value) {}

  /** Elements in the order of the text. */
  record JsonArray(Position at, List<JsonValue> elements) implements JsonValue {}

  /** A string, unescaped; it has no lone surrogates. */
  record JsonString(Position at, String text) implements JsonValue {}

  /** A number as RFC 8259 spells it. */
  record JsonNumber(Position at, String text) implements JsonValue {}

  /** {@code true} or {@code false}. */
  record JsonBoolean(Position at, boolean value) implements JsonValue {}

  /** {@code null}. */
  record JsonNull(Position at) implements JsonValue {}
}
