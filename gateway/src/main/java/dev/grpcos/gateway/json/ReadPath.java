package dev.grpcos.gateway.json;

/**
 * The path of the field that is being read, such as {@code a.b[2].labels["k"]}. Errors begin with
 * it. Not thread-safe.
 */
final class ReadPath {
  private final StringBuilder path = new StringBuilder();

  /** Begins another message. */
  void clear() {
    path.setLength(0);
  }

  /** Adds a field, and returns the mark to {@link #leave} it. */
  int enter(String name) {
    int mark = path.length();
    if (mark > 0) {
      path.append('.');
    }
    path.append(name);
    return mark;
  }

  /** Adds an index of a repeated field, and returns the mark to {@link #leave} it. */
  int enterElement(int index) {
    int mark = path.length();
    path.append('[').append(index).append(']');
    return mark;
  }

  /** Adds the key of a map's entry, and returns the mark to {@link #leave} it. */
  int enterEntry(String key) {
    int mark = path.length();
    path.append('[').append(Quote.text(key)).append(']');
    return mark;
  }

  /** Removes what was added since the mark. */
  void leave(int mark) {
    path.setLength(mark);
  }

  JsonException error(JsonValue value, Mismatch mismatch) {
    return error(value.at(), mismatch.text());
  }

  JsonException error(JsonValue value, String message) {
    return error(value.at(), message);
  }

  JsonException error(Position at, String message) {
    return new JsonException(at, path.isEmpty() ? message : path + ": " + message);
  }
}
