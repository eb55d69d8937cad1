package dev.grpcos.gateway.json;

/**
 * A message that JSON has no form for, such as a timestamp in the year 12000; the path of its field
 * grows as the exception goes up. It never leaves the package and carries no stack trace.
 */
final class Unprintable extends Exception {
  private static final long serialVersionUID = 1;

  private final String path;
  private final String text;

  Unprintable(String message) {
    this("", message);
  }

  private Unprintable(String path, String message) {
    super(message, null, false, false);
    this.path = path;
    this.text = message;
  }

  /** The same, seen from one level up: {@code step} is a field's name, or an index in brackets. */
  Unprintable under(String step) {
    String separator = path.isEmpty() || path.startsWith("[") ? "" : ".";
    return new Unprintable(step + separator + path, text);
  }

  String text() {
    return text;
  }

  String path() {
    return path;
  }
}
