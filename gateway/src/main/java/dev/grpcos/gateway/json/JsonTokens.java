package dev.grpcos.gateway.json;

import java.util.Arrays;

/**
 * The strings, numbers and words of a JSON text, and the errors for other text. Not thread-safe.
 */
final class JsonTokens {
  /** Longer than the shortest and the exact form of any double; bounds the arithmetic on digits. */
  static final int MAX_NUMBER_LENGTH = 4096;

  private static final int SMALL_SCRATCH = 1 << 10;

  /** The length from which the memory of a string is released. */
  private static final int LARGE_SCRATCH = 1 << 16;

  private final JsonBytes bytes;

  /** The characters of the current string or number, if it cannot be copied from the block. */
  private char[] scratch = new char[SMALL_SCRATCH];

  private int scratched;

  JsonTokens(JsonBytes bytes) {
    this.bytes = bytes;
  }

  /** Consumes a word. The next byte is its first character. */
  void word(Position at, String word) {
    for (int i = 0; i < word.length(); i++) {
      int b = bytes.peek();
      if (b < 0) {
        throw bytes.unterminated();
      }
      if (b != word.charAt(i)) {
        throw new JsonException(at, "an unknown word: true, false and null are the only ones");
      }
      bytes.skip();
    }
  }

  /** Consumes a number, whose first byte is the next, and returns its text. */
  String number(Position at, int first) {
    scratched = 0;
    int b = first;
    if (b == '-') {
      b = take(b);
    }
    if (b == '0') {
      b = take(b);
      if (isDigit(b)) {
        throw new JsonException(at, "a number with a leading zero");
      }
    } else {
      b = digits(b, "a digit after '-'");
    }
    if (b == '.') {
      b = digits(take(b), "a digit after '.'");
    }
    if (b == 'e' || b == 'E') {
      b = take(b);
      if (b == '+' || b == '-') {
        b = take(b);
      }
      digits(b, "a digit in the exponent");
    }
    return scratched();
  }

  private int digits(int first, String expected) {
    if (!isDigit(first)) {
      throw unexpected(first, expected);
    }
    int b = first;
    do {
      b = take(b);
    } while (isDigit(b));
    return b;
  }

  /** Adds the current byte to the number, and returns the next. */
  private int take(int b) {
    if (scratched == MAX_NUMBER_LENGTH) {
      throw bytes.error("a number of more than " + MAX_NUMBER_LENGTH + " characters");
    }
    reserve(1);
    scratch[scratched++] = (char) b;
    bytes.skip();
    return bytes.peek();
  }

  private static boolean isDigit(int b) {
    return b >= '0' && b <= '9';
  }

  /** Consumes the rest of a string after its opening quote, and returns the text. */
  String string() {
    String plain = bytes.plainString();
    return plain != null ? plain : stringWithMore();
  }

  /** Reads a string like {@link #string}, with escapes, text beyond ASCII, and several blocks. */
  private String stringWithMore() {
    scratched = 0;
    while (true) {
      int b = bytes.peek();
      if (b < 0) {
        throw bytes.unterminated();
      }
      if (b == '"') {
        bytes.skip();
        return scratched();
      }
      if (b == '\\') {
        escape();
      } else if (b >= 0x80) {
        keepCodePoint(bytes.codePoint());
      } else if (b < ' ') {
        throw bytes.error(
            String.format("a control character (U+%04X) in a string: write \\u%04x", b, b));
      } else {
        int length = bytes.plain();
        reserve(length);
        bytes.take(length, scratch, scratched);
        scratched += length;
      }
    }
  }

  private void escape() {
    Position at = bytes.here();
    bytes.skip();
    int b = bytes.peek();
    int c =
        switch (b) {
          case '"', '\\', '/' -> b;
          case 'b' -> '\b';
          case 'f' -> '\f';
          case 'n' -> '\n';
          case 'r' -> '\r';
          case 't' -> '\t';
          case 'u' -> -1;
          default -> throw unexpected(b, "one of \"\\/bfnrtu after '\\'");
        };
    bytes.skip();
    if (c >= 0) {
      keepCodePoint(c);
      return;
    }
    int unit = hexadecimal();
    if (Character.isLowSurrogate((char) unit)) {
      throw loneSurrogate(at, unit);
    }
    keepCodePoint(unit);
    if (Character.isHighSurrogate((char) unit)) {
      if (bytes.peek() != '\\') {
        throw loneSurrogate(at, unit);
      }
      bytes.skip();
      if (bytes.peek() != 'u') {
        throw loneSurrogate(at, unit);
      }
      bytes.skip();
      int low = hexadecimal();
      if (!Character.isLowSurrogate((char) low)) {
        throw loneSurrogate(at, unit);
      }
      keepCodePoint(low);
    }
  }

  private static JsonException loneSurrogate(Position at, int unit) {
    return new JsonException(
        at, String.format("\\u%04x is half of a surrogate pair without the other", unit));
  }

  private int hexadecimal() {
    int unit = 0;
    for (int i = 0; i < 4; i++) {
      int b = bytes.peek();
      int digit = b < 0x80 ? Character.digit(b, 16) : -1;
      if (digit < 0) {
        throw unexpected(b, "four hexadecimal digits after '\\u'");
      }
      unit = (unit << 4) | digit;
      bytes.skip();
    }
    return unit;
  }

  private void keepCodePoint(int c) {
    reserve(2);
    scratched += Character.toChars(c, scratch, scratched);
  }

  private void reserve(int length) {
    if (scratch.length - scratched < length) {
      long wanted = Math.max(2L * scratch.length, (long) scratched + length);
      scratch = Arrays.copyOf(scratch, (int) Math.min(wanted, Integer.MAX_VALUE - 8));
    }
  }

  private String scratched() {
    String text = new String(scratch, 0, scratched);
    if (scratch.length > LARGE_SCRATCH) {
      scratch = new char[SMALL_SCRATCH]; // release the memory of one long string
    }
    return text;
  }

  /**
   * Returns the error for a value of the wrong kind, or for invalid text.
   *
   * @param noun the expected value, for a sentence
   * @param expected the same, as a sentence
   */
  JsonException refused(int b, String noun, String expected) {
    Position at = bytes.here();
    String found =
        switch (b) {
          case '{' -> "an object";
          case '[' -> "an array";
          case '"' -> "a string";
          case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> "a number";
          case 't', 'f', 'n' -> {
            String word = b == 't' ? "true" : b == 'f' ? "false" : "null";
            word(at, word);
            yield word;
          }
          default -> throw unexpected(b, noun);
        };
    return new JsonException(
        at,
        found + ": " + expected,
        b == '[' ? JsonException.Problem.ARRAY : JsonException.Problem.OTHER);
  }

  /** Returns the error for a byte that does not begin a key. */
  JsonException notKey(int b) {
    boolean letter = (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || b == '_' || b == '$';
    if (letter || isDigit(b)) {
      return bytes.error("a key without quotes: write it in double quotes");
    }
    return unexpected(b, "a key in double quotes or '}'");
  }

  /** Returns the error for a byte that is not permitted here. */
  JsonException unexpected(int b, String expected) {
    Position at = bytes.here();
    if (b < 0) {
      return bytes.unterminated();
    }
    String message =
        switch (b) {
          case '/', '#' -> "a comment: JSON has none, remove it";
          case '\'' -> "a single quote: JSON takes double quotes";
          case 'N', 'I' ->
              "unexpected "
                  + Quote.character(b)
                  + ": write \"NaN\", \"Infinity\" or \"-Infinity\" as strings";
          case '+' -> "unexpected '+': a number has no plus sign";
          case '.' -> "unexpected '.': a number begins with a digit";
          default -> {
            int c = b < 0x80 ? b : bytes.codePoint();
            yield c == 0xfeff
                ? "a byte order mark (U+FEFF): remove it"
                : "unexpected " + Quote.character(c) + ", expected " + expected;
          }
        };
    return new JsonException(at, message);
  }
}
