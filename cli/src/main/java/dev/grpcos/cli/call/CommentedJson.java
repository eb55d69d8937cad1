package dev.grpcos.cli.call;

/**
 * JSON with comments and with commas before closing brackets, as a person edits it. Both become
 * blanks, so that everything else keeps its position.
 */
final class CommentedJson {
  private final char[] text;
  private int at;

  /** The position of a comma after which only blanks and comments were found; -1: none. */
  private int comma = -1;

  private CommentedJson(String text) {
    this.text = text.toCharArray();
  }

  /** Returns the text without comments and without commas before closing brackets. */
  static String plain(String text) {
    CommentedJson json = new CommentedJson(text);
    json.blankOut();
    return new String(json.text);
  }

  private void blankOut() {
    while (at < text.length) {
      char c = text[at];
      if (startsWith("//")) {
        skip(endOfLine());
      } else if (startsWith("/*") && endOfBlock() > 0) {
        skip(endOfBlock());
      } else {
        if (c == ',') {
          comma = at;
        } else if (!Character.isWhitespace(c)) {
          if ((c == '}' || c == ']') && comma >= 0) {
            text[comma] = ' ';
          }
          comma = -1;
        }
        at = c == '"' ? endOfString() : at + 1;
      }
    }
  }

  private boolean startsWith(String sign) {
    return at + 1 < text.length && text[at] == sign.charAt(0) && text[at + 1] == sign.charAt(1);
  }

  private int endOfLine() {
    int end = at;
    while (end < text.length && text[end] != '\n') {
      end++;
    }
    return end;
  }

  /** Returns the position after the block comment here; -1 if it is not closed. */
  private int endOfBlock() {
    for (int end = at + 3; end < text.length; end++) {
      if (text[end] == '/' && text[end - 1] == '*') {
        return end + 1;
      }
    }
    return -1;
  }

  /** Returns the position after the string here; a string that is not closed ends with its line. */
  private int endOfString() {
    int end = at + 1;
    while (end < text.length && text[end] != '"' && text[end] != '\n') {
      end += text[end] == '\\' ? 2 : 1;
    }
    return Math.min(end + 1, text.length);
  }

  private void skip(int end) {
    for (; at < end; at++) {
      if (text[at] != '\n') {
        text[at] = ' ';
      }
    }
  }
}
