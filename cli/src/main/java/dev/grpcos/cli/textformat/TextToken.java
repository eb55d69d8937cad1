package dev.grpcos.cli.textformat;

/**
 * A token of the text format.
 *
 * @param text as written, a string with its quotes
 * @param start the offset of its first character
 */
record TextToken(Kind kind, String text, int start) {
  enum Kind {
    IDENTIFIER,
    NUMBER,
    STRING,
    /** A single character. */
    SYMBOL,
    END
  }

  boolean is(char symbol) {
    return kind == Kind.SYMBOL && text.charAt(0) == symbol;
  }

  /** Returns the token for messages. */
  String shown() {
    return kind == Kind.END ? "the end of the input" : "'" + text + "'";
  }
}
