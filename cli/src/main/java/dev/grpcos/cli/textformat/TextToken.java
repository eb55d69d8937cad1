package dev.grpcos.cli.textformat;

/**
 * A token of the text format.
 *
 * @param text as written, a string with its quotes
 * @param start the offset of its first character
 */
record TextToken(TokenKind kind, String text, int start) {
  enum TokenKind {
    IDENTIFIER,
    NUMBER,
    STRING,
    /** A single character. */
    SYMBOL,
    END
  }

  boolean is(char symbol) {
    return kind == TokenKind.SYMBOL && text.charAt(0) == symbol;
  }

  /** Returns the token for messages. */
  String shown() {
    return kind == TokenKind.END ? "the end of the input" : "'" + text + "'";
  }
}
