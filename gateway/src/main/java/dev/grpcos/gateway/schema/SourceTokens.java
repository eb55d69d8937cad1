package dev.grpcos.gateway.schema;

import java.util.ArrayList;
import java.util.List;

/**
 * The tokens of a proto source, without comments.
 *
 * <p>The text has one character for each byte of the file, like the positions in the compiler's
 * messages.
 */
final class SourceTokens {
  private final String text;
  private final List<Integer> starts = new ArrayList<>();
  private final List<Integer> ends = new ArrayList<>();

  SourceTokens(String text) {
    this.text = text;
    int i = 0;
    while (i < text.length()) {
      int end = tokenEnd(i);
      if (!isSkipped(i)) {
        starts.add(i);
        ends.add(end);
      }
      i = end;
    }
  }

  int size() {
    return starts.size();
  }

  /** Returns the text of the token, or an empty string after the last token. */
  String get(int token) {
    return token < 0 || token >= size() ? "" : text.substring(start(token), end(token));
  }

  boolean is(int token, String expected) {
    return get(token).equals(expected);
  }

  /** Returns the start of the token, or the end of the text after the last token. */
  int start(int token) {
    return token < size() ? starts.get(token) : text.length();
  }

  int end(int token) {
    return token < size() ? ends.get(token) : text.length();
  }

  /** Returns the text of these tokens without spaces and comments between them. */
  String joined(int from, int to) {
    StringBuilder joined = new StringBuilder();
    for (int i = from; i < to; i++) {
      joined.append(get(i));
    }
    return joined.toString();
  }

  /** Returns the token that closes this opening bracket, or the number of tokens. */
  int closing(int open) {
    int depth = 0;
    for (int i = open; i < size(); i++) {
      switch (get(i)) {
        case "(", "[", "{" -> depth++;
        case ")", "]", "}" -> depth--;
        default -> {}
      }
      if (depth == 0) {
        return i;
      }
    }
    return size();
  }

  private boolean isSkipped(int at) {
    return isSpace(text.charAt(at)) || text.startsWith("//", at) || text.startsWith("/*", at);
  }

  private int tokenEnd(int at) {
    char first = text.charAt(at);
    if (text.startsWith("//", at)) {
      return found(text.indexOf('\n', at), 1);
    } else if (text.startsWith("/*", at)) {
      return found(text.indexOf("*/", at + 2), 2);
    } else if (first == '"' || first == '\'') {
      return stringEnd(at, first);
    } else if (first >= '0' && first <= '9') {
      return numberEnd(at);
    }
    int end = at;
    while (end < text.length() && isWord(text.charAt(end))) {
      end++;
    }
    return Math.max(end, at + 1);
  }

  private int found(int at, int length) {
    return at < 0 ? text.length() : at + length;
  }

  private int stringEnd(int at, char quote) {
    for (int i = at + 1; i < text.length(); i++) {
      char next = text.charAt(i);
      if (next == '\\') {
        i++;
      } else if (next == quote || next == '\n') {
        return i + 1;
      }
    }
    return text.length();
  }

  /** Returns the end of a number. A sign is part of a number only after an exponent. */
  private int numberEnd(int at) {
    int end = at;
    while (end < text.length()
        && (isWord(text.charAt(end))
            || text.charAt(end) == '.'
            || ("+-".indexOf(text.charAt(end)) >= 0 && "eE".indexOf(text.charAt(end - 1)) >= 0))) {
      end++;
    }
    return end;
  }

  private static boolean isSpace(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == 0x0b;
  }

  private static boolean isWord(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '_'
        || c >= 0x80;
  }
}
