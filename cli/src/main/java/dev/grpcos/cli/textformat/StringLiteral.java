package dev.grpcos.cli.textformat;

import com.google.protobuf.ByteString;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Decodes the content of string literals to bytes. */
final class StringLiteral {
  private static final String SIMPLE = "abfnrtv?\\'\"";
  private static final String SIMPLE_VALUES = "\u0007\b\f\n\r\t\u000b?\\'\"";

  private final TextToken token;
  private final Tokenizer tokens;
  private final ByteArrayOutputStream bytes;
  private int position = 1;

  private StringLiteral(TextToken token, Tokenizer tokens, ByteArrayOutputStream bytes) {
    this.token = token;
    this.tokens = tokens;
    this.bytes = bytes;
  }

  /** Reads one string literal or several that follow each other, which are one value. */
  static ByteString read(Tokenizer tokens) throws TextFormatException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    if (tokens.peek().kind() != TextToken.TokenKind.STRING) {
      throw tokens.error(
          tokens.peek(), "expected a string in quotes, got " + tokens.peek().shown());
    }
    while (tokens.peek().kind() == TextToken.TokenKind.STRING) {
      new StringLiteral(tokens.peek(), tokens, bytes).decode();
      tokens.next();
    }
    return ByteString.copyFrom(bytes.toByteArray());
  }

  private void decode() throws TextFormatException {
    String text = token.text();
    int end = text.length() - 1;
    while (position < end) {
      int c = text.codePointAt(position);
      position += Character.charCount(c);
      if (c == '\\') {
        escape(end);
      } else {
        put(c);
      }
    }
  }

  private void escape(int end) throws TextFormatException {
    char c = token.text().charAt(position++);
    int simple = SIMPLE.indexOf(c);
    if (simple >= 0) {
      bytes.write(SIMPLE_VALUES.charAt(simple));
    } else if (c >= '0' && c <= '7') {
      position--;
      int value = digits(8, 1, 3, end);
      if (value > 0xff) {
        throw error("an octal escape above \\377");
      }
      bytes.write(value);
    } else if (c == 'x') {
      bytes.write(digits(16, 1, 2, end));
    } else if (c == 'u') {
      put(codePoint(digits(16, 4, 4, end)));
    } else if (c == 'U') {
      put(codePoint(digits(16, 8, 8, end)));
    } else {
      throw error("an unknown escape: \\" + c);
    }
  }

  private int digits(int radix, int least, int most, int end) throws TextFormatException {
    long value = 0;
    int count = 0;
    while (count < most && position < end) {
      char c = token.text().charAt(position);
      int digit = c < 0x80 ? Character.digit(c, radix) : -1;
      if (digit < 0) {
        break;
      }
      value = value * radix + digit;
      position++;
      count++;
    }
    if (count < least) {
      throw error("an escape with too few digits");
    }
    return (int) Math.min(value, Integer.MAX_VALUE);
  }

  private int codePoint(int value) throws TextFormatException {
    if (value > Character.MAX_CODE_POINT
        || (value >= Character.MIN_SURROGATE && value <= Character.MAX_SURROGATE)) {
      throw error("an escape that is not a Unicode character");
    }
    return value;
  }

  private void put(int codePoint) {
    byte[] encoded = Character.toString(codePoint).getBytes(StandardCharsets.UTF_8);
    bytes.write(encoded, 0, encoded.length);
  }

  private TextFormatException error(String message) {
    return tokens.error(
        new TextToken(token.kind(), "", token.start() + position), "in a string: " + message);
  }
}
