package dev.grpcos.gateway.json;

/**
 * A parser of the path in a {@code FIELD} argument, from left to right. A path has names separated
 * by dots, each with an optional index, as in {@code order.lines[0].sku} and {@code [pkg.ext].a}.
 */
final class FieldPath {
  private static final int MAX_INDEX_DIGITS = 6;

  private final Position at;
  private final String path;
  private int from;
  private int end;
  private int index = -1;
  private String name = "";

  FieldPath(Position at, String path) {
    this.at = at;
    this.path = path;
  }

  /** Moves to the next name, which must exist. */
  void next() {
    int stop = from;
    if (path.startsWith("[", from)) {
      stop = path.indexOf(']', from) + 1;
      if (stop == 0) {
        throw new JsonException(
            at,
            "the bracket of "
                + Quote.text(path.substring(from))
                + " is not closed: write an extension as [pkg.name]");
      }
    }
    while (stop < path.length() && ".[".indexOf(path.charAt(stop)) < 0) {
      stop++;
    }
    name = path.substring(from, stop);
    index = -1;
    end = stop;
    if (path.startsWith("[", stop)) {
      readIndex();
    }
    from = end + 1;
  }

  private void readIndex() {
    int close = path.indexOf(']', end);
    String digits = close < 0 ? "" : path.substring(end + 1, close);
    boolean ends = close + 1 == path.length() || path.startsWith(".", close + 1);
    if (!digits.matches("[0-9]{1," + MAX_INDEX_DIGITS + "}") || !ends) {
      int stop = path.indexOf('.', Math.max(close, end));
      throw new JsonException(
          at,
          "%s is not an element: write the index of one in brackets, as in %s[0]"
              .formatted(
                  path.substring(0, stop < 0 ? path.length() : stop), path.substring(0, end)));
    }
    index = Integer.parseInt(digits);
    end = close + 1;
  }

  /**
   * Moves to a map's key, which follows the map's name.
   *
   * @param whole whether the key is the complete rest of the path, including dots
   */
  void nextKey(boolean whole) {
    int dot = whole ? -1 : path.indexOf('.', from);
    end = dot < 0 ? path.length() : dot;
    name = path.substring(from, end);
    index = -1;
    from = end + 1;
  }

  /** Returns the current name or key. */
  String name() {
    return name;
  }

  /** Returns the index after the current name, or -1 if there is none. */
  int index() {
    return index;
  }

  /** Returns the path up to and including the current name and its index. */
  String reached() {
    return path.substring(0, end);
  }

  /** Returns whether the current name is the last. */
  boolean isAtEnd() {
    return end == path.length();
  }
}
