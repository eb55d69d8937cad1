package dev.grpcos.cli.session;

import dev.grpcos.gateway.json.JsonException;
import dev.grpcos.gateway.json.JsonText;
import dev.grpcos.gateway.json.JsonValue;
import dev.grpcos.gateway.json.JsonValue.JsonBoolean;
import dev.grpcos.gateway.json.JsonValue.JsonNull;
import dev.grpcos.gateway.json.JsonValue.JsonNumber;
import dev.grpcos.gateway.json.JsonValue.JsonString;

/**
 * The id of a call, any JSON value but an object or an array. Numbers are equal if they are written
 * alike: 1 and 1.0 are different ids, and so are 1 and "1".
 *
 * @param json the value as JSON
 */
record SessionId(String json) {
  /** The maximum length of an id as JSON, because ids are kept after their calls. */
  static final int MAX_LENGTH = 256;

  /**
   * Returns the id that a value describes.
   *
   * @throws JsonException if it is not an id
   */
  static SessionId of(JsonValue value) {
    String json;
    if (value instanceof JsonString string) {
      JsonText text = new JsonText();
      text.quoted(string.text());
      json = text.toString();
    } else if (value instanceof JsonNumber number) {
      json = number.text();
    } else if (value instanceof JsonBoolean bool) {
      json = Boolean.toString(bool.value());
    } else if (value instanceof JsonNull) {
      json = "null";
    } else {
      throw new JsonException(
          value.at(), "id is an object or an array; give a string, a number, true, false or null");
    }
    if (json.length() > MAX_LENGTH) {
      throw new JsonException(
          value.at(), "id has more than " + MAX_LENGTH + " characters; give a shorter one");
    }
    return new SessionId(json);
  }
}
