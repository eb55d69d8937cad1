package dev.grpcos.cli.textformat;

import dev.grpcos.cli.textformat.TextToken.TokenKind;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Divides text into tokens, with one token of lookahead.
 *
 * @see <a href="https://protobuf.dev/reference/protobuf/textformat-spec/#lexical">the lexical
 *     elements</a>
 */
final class Tokenizer {
  private static final Pattern SPACE = Pattern.compile("(?:[ \t\r\n\f\u000b]|#[^\n]*)*+");
  private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*+");
  private static final Pattern NUMBER =
      Pattern.compile(
          "0[xX][0-9a-fA-F]++|(?:[0-9]++(?:\\.[0-9]*+)?|\\.[0-9]++)(?:[eE][+-]?[0-9]++)?[fF]?");
  private static final String SYMBOLS = "{}[]<>:,;-/.";

  private final String text;
  private final Matcher matcher;
  private int position;
  private TextToken current;

  Tokenizer(String text) throws TextFormatException {
    this.text = text;
    this.matcher = Pattern.compile("").matcher(text);
    this.current = read();
  }

  /** Returns the current token without consuming it. */
  TextToken peek() {
    return current;
  }

  /** Consumes and returns the current token. */
  TextToken next() throws TextFormatException {
    TextToken token = current;
    current = read();
    return token;
  }

  /** Consumes the current token if it is this symbol. */
  boolean accept(char symbol) throws TextFormatException {
    boolean found = current.is(symbol);
    if (found) {
      current = read();
    }
    return found;
  }

  void expect(char symbol) throws TextFormatException {
    if (!accept(symbol)) {
      throw error(current, "expected '" + symbol + "', got " + current.shown());
    }
  }

  TextFormatException error(TextToken at, String message) {
    String before = text.substring(0, at.start());
    int line = 1 + (int) before.chars().filter(c -> c == '\n').count();
    int lineStart = before.lastIndexOf('\n') + 1;
    int column = 1 + before.codePointCount(lineStart, before.length());
    return new TextFormatException(line, column, message);
  }

  private TextToken read() throws TextFormatException {
    position = end(SPACE);
    if (position == text.length()) {
      return new TextToken(TokenKind.END, "", position);
    }
    char c = text.charAt(position);
    if (c == '"' || c == '\'') {
      return token(TokenKind.STRING, endOfString(c));
    }
    int end = end(IDENTIFIER);
    if (end > position) {
      return token(TokenKind.IDENTIFIER, end);
    }
    end = end(NUMBER);
    if (end > position) {
      TextToken number = token(TokenKind.NUMBER, end);
      if (end < text.length()
          && (Character.isLetterOrDigit(text.charAt(end)) || text.charAt(end) == '_')) {
        throw error(number, "a number with '" + text.charAt(end) + "' behind it");
      }
      return number;
    }
    if (SYMBOLS.indexOf(c) < 0) {
      int character = text.codePointAt(position);
      throw error(
          new TextToken(TokenKind.SYMBOL, "", position),
          String.format("unexpected character U+%04X", character));
    }
    return token(TokenKind.SYMBOL, position + 1);
  }

  private TextToken token(TokenKind kind, int end) {
    TextToken token = new TextToken(kind, text.substring(position, end), position);
    position = end;
    return token;
  }

  /** Returns the end of the match at the position; the position itself if there is no match. */
  private int end(Pattern pattern) {
    matcher.usePattern(pattern).region(position, text.length());
    return matcher.lookingAt() ? matcher.end() : position;
  }

  private int endOfString(char quote) throws TextFormatException {
    int end = position + 1;
    while (end < text.length() && text.charAt(end) != quote && text.charAt(end) != '\n') {
      end += text.charAt(end) == '\\' ? 2 : 1;
    }
    if (end >= text.length() || text.charAt(end) != quote) {
      throw error(
          new TextToken(TokenKind.STRING, "", position), "a string without a closing quote");
    }
    return end + 1;
  }
}
