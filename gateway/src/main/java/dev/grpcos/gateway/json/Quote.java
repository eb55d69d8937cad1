package dev.grpcos.gateway.json;

/**
 * Quotes input text for messages: on one line, with a maximum length, and with control characters
 * escaped.
 */
public final class Quote {
  private static final int MAX_CHARACTERS = 60;

  private Quote() {}

  /** Returns the text in double quotes, with at most 60 characters. */
  public static String text(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    int end = text.length();
    if (text.codePointCount(0, Math.min(end, 2 * MAX_CHARACTERS + 2)) > MAX_CHARACTERS) {
      end = text.offsetByCodePoints(0, MAX_CHARACTERS);
    }
    for (int i = 0; i < end; ) {
      int c = text.codePointAt(i);
      i += Character.charCount(c);
      if (c == '"' || c == '\\') {
        quoted.append('\\').append((char) c);
      } else if (printable(c)) {
        quoted.appendCodePoint(c);
      } else {
        quoted.append(String.format("\\u%04x", c));
      }
    }
    return quoted.append(end < text.length() ? "…\"" : "\"").toString();
  }

  /** Returns a character for messages: {@code 'x'}, {@code 'é' (U+00E9)} or {@code U+0000}. */
  static String character(int c) {
    if (!printable(c)) {
      return String.format("U+%04X", c);
    }
    return c < 0x7f
        ? "'" + (char) c + "'"
        : String.format("'%s' (U+%04X)", Character.toString(c), c);
  }

  private static boolean printable(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.UNASSIGNED,
          Character.PRIVATE_USE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }
}
