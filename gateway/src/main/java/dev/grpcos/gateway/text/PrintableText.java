package dev.grpcos.gateway.text;

/**
 * Escapes characters in untrusted text that control a terminal or mislead its reader: control
 * characters (C0, DEL, C1) and bidirectional controls.
 */
public final class PrintableText {
  private PrintableText() {}

  /** Returns whether the character must not be sent to a terminal. */
  public static boolean isUnsafe(int c) {
    return c < ' '
        || (c >= 0x7f && c <= 0x9f)
        || (c >= 0x202a && c <= 0x202e)
        || (c >= 0x2066 && c <= 0x2069);
  }

  /** Returns the text on one line; line feeds and tabs are escaped too. */
  public static String line(String text) {
    return escaped(text, "");
  }

  /** Returns the text with its lines and tabs. */
  public static String lines(String text) {
    return escaped(text, "\n\t");
  }

  private static String escaped(String text, String kept) {
    int first = 0;
    while (first < text.length() && !isEscaped(text.charAt(first), kept)) {
      first++;
    }
    if (first == text.length()) {
      return text;
    }
    StringBuilder result = new StringBuilder(text.length() + 16).append(text, 0, first);
    for (int i = first; i < text.length(); i++) {
      char c = text.charAt(i);
      if (isEscaped(c, kept)) {
        result.append(escape(c));
      } else {
        result.append(c);
      }
    }
    return result.toString();
  }

  private static boolean isEscaped(char c, String kept) {
    return isUnsafe(c) && kept.indexOf(c) < 0;
  }

  /** Returns the escape of a character, as in JSON. */
  public static String escape(char c) {
    return switch (c) {
      case '\n' -> "\\n";
      case '\r' -> "\\r";
      case '\t' -> "\\t";
      default -> String.format("\\u%04x", (int) c);
    };
  }
}
