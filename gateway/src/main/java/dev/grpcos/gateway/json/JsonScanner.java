package dev.grpcos.gateway.json;

import dev.grpcos.gateway.json.JsonValue.JsonArray;
import dev.grpcos.gateway.json.JsonValue.JsonBoolean;
import dev.grpcos.gateway.json.JsonValue.JsonNull;
import dev.grpcos.gateway.json.JsonValue.JsonNumber;
import dev.grpcos.gateway.json.JsonValue.JsonObject;
import dev.grpcos.gateway.json.JsonValue.JsonString;
import dev.grpcos.gateway.json.JsonValue.Member;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Scans the values of a JSON text. Not thread-safe. */
final class JsonScanner {
  /** Enough for messages of the maximum depth, all in arrays. */
  private static final int MAX_DEPTH = 2 * RequestReader.MAX_NESTING + 40;

  /** The number of keys from which keys are compared by hash. */
  private static final int MANY_KEYS = 8;

  private final JsonBytes bytes;
  private final JsonTokens tokens;

  JsonScanner(JsonBytes bytes, JsonTokens tokens) {
    this.bytes = bytes;
    this.tokens = tokens;
  }

  /** Consumes the value that begins at the next byte, and returns it. */
  JsonValue value() {
    bytes.beginValue();
    JsonValue value = value(0);
    bytes.endValue();
    return value;
  }

  private JsonValue value(int depth) {
    int b = bytes.skipSpace();
    Position at = bytes.here();
    return switch (b) {
      case '{' -> object(at, depth + 1);
      case '[' -> array(at, depth + 1);
      case '"' -> {
        bytes.skip();
        yield new JsonString(at, tokens.string());
      }
      case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' ->
          new JsonNumber(at, tokens.number(at, b));
      case 't' -> {
        tokens.word(at, "true");
        yield new JsonBoolean(at, true);
      }
      case 'f' -> {
        tokens.word(at, "false");
        yield new JsonBoolean(at, false);
      }
      case 'n' -> {
        tokens.word(at, "null");
        yield new JsonNull(at);
      }
      case ',', '}', ']' ->
          throw new JsonException(at, "a value is missing before '" + (char) b + "'");
      default -> throw tokens.unexpected(b, "a value");
    };
  }

  private JsonObject object(Position at, int depth) {
    descend(at, depth);
    int b = bytes.skipSpace();
    if (b == '}') {
      bytes.skip();
      return new JsonObject(at, List.of());
    }
    List<Member> members = new ArrayList<>(4);
    Map<String, Position> seen = null;
    while (true) {
      Position keyAt = bytes.here();
      if (b != '"') {
        throw tokens.notKey(b);
      }
      bytes.skip();
      String key = tokens.string();
      if (seen == null && members.size() == MANY_KEYS) {
        seen = new HashMap<>();
        for (Member member : members) {
          seen.put(member.key(), member.at());
        }
      }
      Position earlier = seen == null ? find(members, key) : seen.putIfAbsent(key, keyAt);
      if (earlier != null) {
        throw new JsonException(
            keyAt,
            "duplicate key "
                + Quote.text(key)
                + String.format(", first at line %d, column %d", earlier.line(), earlier.column()));
      }
      b = bytes.skipSpace();
      if (b != ':') {
        throw tokens.unexpected(b, "':' after the key " + Quote.text(key));
      }
      bytes.skip();
      members.add(new Member(keyAt, key, value(depth)));
      b = bytes.skipSpace();
      if (b == '}') {
        bytes.skip();
        return new JsonObject(at, Collections.unmodifiableList(members));
      }
      b = afterComma(b, '}', "',' or '}' after a value");
    }
  }

  private static @Nullable Position find(List<Member> members, String key) {
    for (int i = 0; i < members.size(); i++) {
      if (members.get(i).key().equals(key)) {
        return members.get(i).at();
      }
    }
    return null;
  }

  private JsonArray array(Position at, int depth) {
    descend(at, depth);
    if (bytes.skipSpace() == ']') {
      bytes.skip();
      return new JsonArray(at, List.of());
    }
    List<JsonValue> elements = new ArrayList<>(4);
    while (true) {
      elements.add(value(depth));
      int b = bytes.skipSpace();
      if (b == ']') {
        bytes.skip();
        return new JsonArray(at, Collections.unmodifiableList(elements));
      }
      afterComma(b, ']', "',' or ']' after an element");
    }
  }

  private void descend(Position at, int depth) {
    if (depth > MAX_DEPTH) {
      throw new JsonException(at, "nested more than " + MAX_DEPTH + " deep");
    }
    bytes.skip();
  }

  private int afterComma(int b, char close, String expected) {
    if (b != ',') {
      throw tokens.unexpected(b, expected);
    }
    bytes.skip();
    int next = bytes.skipSpace();
    if (next == close) {
      throw bytes.error("a trailing comma before '" + close + "': remove it");
    }
    return next;
  }
}
