package dev.grpcos.gateway.json;

/**
 * An error for a value that does not fit its field: the expected and the actual value, without a
 * position. It does not leave the package and has no stack trace.
 */
class Mismatch extends Exception {
  private static final long serialVersionUID = 1;

  private final String text;

  Mismatch(String text) {
    super(text, null, false, false);
    this.text = text;
  }

  String text() {
    return text;
  }

  static Mismatch expected(String what, JsonValue got) {
    return new Mismatch("expected " + what + ", got " + describe(got));
  }

  /** Returns the error for a value that is too small or too large. */
  static Mismatch outOfRange(String what, JsonValue got, String min, String max) {
    return new Mismatch(
        "out of range: " + expected(what + " from " + min + " to " + max, got).text());
  }

  private static String describe(JsonValue value) {
    if (value instanceof JsonValue.JsonObject) {
      return "an object";
    } else if (value instanceof JsonValue.JsonArray) {
      return "an array";
    } else if (value instanceof JsonValue.JsonString string) {
      return "the string " + Quote.text(string.text());
    } else if (value instanceof JsonValue.JsonNumber number) {
      String text = number.text();
      return text.length() > 40 ? text.substring(0, 40) + "…" : text;
    } else if (value instanceof JsonValue.JsonBoolean bool) {
      return Boolean.toString(bool.value());
    }
    return "null";
  }
}
