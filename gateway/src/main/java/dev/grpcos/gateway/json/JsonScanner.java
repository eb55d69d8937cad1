package dev.grpcos.gateway.json;

import dev.grpcos.gateway.json.JsonValue.JsonArray;
import dev.grpcos.gateway.json.JsonValue.JsonBoolean;
import dev.grpcos.gateway.json.JsonValue.JsonNull;
import dev.grpcos.gateway.json.JsonValue.JsonNumber;
import dev.grpcos.gateway.json.JsonValue.JsonObject;
import dev.grpcos.gateway.json.JsonValue.JsonString;
import dev.grpcos.gateway.json.JsonValue.Member;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A scanner of JSON values in blocks of bytes.
 *
 * <p>It examines bytes in place, and reads the stream only when the block does not have the next
 * byte. {@code limit} is the end of the block, or the maximum end of the value, whichever comes
 * first. The boundaries of blocks affect neither values nor errors.
 */
final class JsonScanner {
  /** Enough for messages of the maximum depth, all in arrays. */
  private static final int MAX_DEPTH = 2 * RequestReader.MAX_NESTING + 40;

  private static final int BLOCK = 1 << 16;

  /** Scripts usually send little in one call. If this block is full, a larger one is allocated. */
  private static final int SMALL_BLOCK = 1 << 12;

  /** Longer than the shortest and the exact form of any double; bounds the arithmetic on digits. */
  static final int MAX_NUMBER_LENGTH = 4096;

  /** The number of keys from which keys are compared by hash. */
  private static final int MANY_KEYS = 8;

  private static final int SMALL_SCRATCH = 1 << 10;

  private final InputStream in;
  private final String input;
  private final int maxBytes;

  private byte[] buffer = new byte[SMALL_BLOCK];
  private int pos;
  private int limit;
  private int end;
  private boolean ended;

  /** The offset of the buffer's first byte in the stream. */
  private long base;

  /** The offset in the stream at which the current value is too long. */
  private long bound = Long.MAX_VALUE;

  private long line;

  /**
   * The offset from which columns count. It grows with every byte that does not begin a character.
   */
  private long lineStart;

  /** The start of the outermost unfinished value. */
  private @Nullable Position valueStart;

  private @Nullable Position arrayStart;

  /** The characters of the current string or number, if it cannot be copied from the block. */
  private char[] scratch = new char[SMALL_SCRATCH];

  private int scratched;

  /** Creates a scanner of a stream whose first line has this number. */
  JsonScanner(InputStream in, String input, int maxBytes, long firstLine) {
    this.line = firstLine;
    this.in = in;
    this.input = input;
    this.maxBytes = maxBytes;
  }

  /** Skips white space and returns the byte after it without consuming it, or -1 at the end. */
  int skipSpace() {
    while (true) {
      while (pos < limit) {
        int b = buffer[pos];
        if (b == '\n') {
          pos++;
          line++;
          lineStart = base + pos;
        } else if (b == ' ' || b == '\r' || b == '\t') {
          pos++;
        } else {
          return b & 0xff;
        }
      }
      if (!more()) {
        return -1;
      }
    }
  }

  /** Consumes the byte that was returned last. */
  void skip() {
    pos++;
  }

  void enterArray() {
    arrayStart = here();
    pos++;
  }

  void leaveArray() {
    arrayStart = null;
    pos++;
  }

  /** Reads the value that begins at the byte returned last. */
  JsonValue value() {
    valueStart = here();
    bound = base + pos + maxBytes;
    limit = (int) Math.min(end, bound - base);
    JsonValue value = value(0);
    bound = Long.MAX_VALUE;
    limit = end;
    valueStart = null;
    return value;
  }

  private JsonValue value(int depth) {
    int b = skipSpace();
    Position at = here();
    return switch (b) {
      case '{' -> object(at, depth + 1);
      case '[' -> array(at, depth + 1);
      case '"' -> {
        pos++;
        yield new JsonString(at, string());
      }
      case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> number(at, b);
      case 't' -> {
        literal(at, "true");
        yield new JsonBoolean(at, true);
      }
      case 'f' -> {
        literal(at, "false");
        yield new JsonBoolean(at, false);
      }
      case 'n' -> {
        literal(at, "null");
        yield new JsonNull(at);
      }
      case ',', '}', ']' ->
          throw new JsonException(at, "a value is missing before '" + (char) b + "'");
      default -> throw unexpected(b, "a value");
    };
  }

  private JsonObject object(Position at, int depth) {
    descend(at, depth);
    int b = skipSpace();
    if (b == '}') {
      pos++;
      return new JsonObject(at, List.of());
    }
    List<Member> members = new ArrayList<>(4);
    Map<String, Position> seen = null;
    while (true) {
      Position keyAt = here();
      if (b != '"') {
        throw notKey(b);
      }
      pos++;
      String key = string();
      if (seen == null && members.size() == MANY_KEYS) {
        seen = new HashMap<>();
        for (Member member : members) {
          seen.put(member.key(), member.at());
        }
      }
      Position earlier = seen == null ? find(members, key) : seen.putIfAbsent(key, keyAt);
      if (earlier != null) {
        throw new JsonException(
            keyAt,
            "duplicate key "
                + Quote.text(key)
                + String.format(", first at line %d, column %d", earlier.line(), earlier.column()));
      }
      b = skipSpace();
      if (b != ':') {
        throw unexpected(b, "':' after the key " + Quote.text(key));
      }
      pos++;
      members.add(new Member(keyAt, key, value(depth)));
      b = skipSpace();
      if (b == '}') {
        pos++;
        return new JsonObject(at, Collections.unmodifiableList(members));
      }
      b = afterComma(b, '}', "',' or '}' after a value");
    }
  }

  private static @Nullable Position find(List<Member> members, String key) {
    for (int i = 0; i < members.size(); i++) {
      if (members.get(i).key().equals(key)) {
        return members.get(i).at();
      }
    }
    return null;
  }

  private JsonArray array(Position at, int depth) {
    descend(at, depth);
    if (skipSpace() == ']') {
      pos++;
      return new JsonArray(at, List.of());
    }
    List<JsonValue> elements = new ArrayList<>(4);
    while (true) {
      elements.add(value(depth));
      int b = skipSpace();
      if (b == ']') {
        pos++;
        return new JsonArray(at, Collections.unmodifiableList(elements));
      }
      afterComma(b, ']', "',' or ']' after an element");
    }
  }

  private void descend(Position at, int depth) {
    if (depth > MAX_DEPTH) {
      throw new JsonException(at, "nested more than " + MAX_DEPTH + " deep");
    }
    pos++;
  }

  private int afterComma(int b, char close, String expected) {
    if (b != ',') {
      throw unexpected(b, expected);
    }
    pos++;
    int next = skipSpace();
    if (next == close) {
      throw error("a trailing comma before '" + close + "': remove it");
    }
    return next;
  }

  private void literal(Position at, String word) {
    for (int i = 0; i < word.length(); i++) {
      int b = peek();
      if (b < 0) {
        throw unterminated();
      }
      if (b != word.charAt(i)) {
        throw new JsonException(at, "an unknown word: true, false and null are the only ones");
      }
      pos++;
    }
  }

  private JsonNumber number(Position at, int first) {
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
    return new JsonNumber(at, scratched());
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
      throw error("a number of more than " + MAX_NUMBER_LENGTH + " characters");
    }
    reserve(1);
    scratch[scratched++] = (char) b;
    pos++;
    return peek();
  }

  private static boolean isDigit(int b) {
    return b >= '0' && b <= '9';
  }

  /** Reads the rest of a string after its opening quote. */
  private String string() {
    int i = pos;
    while (i < limit) {
      int b = buffer[i];
      if (b == '"') {
        String text = new String(buffer, pos, i - pos, StandardCharsets.ISO_8859_1);
        pos = i + 1;
        return text;
      }
      if (b < ' ' || b == '\\') {
        break; // negative bytes are not ASCII
      }
      i++;
    }
    scratched = 0;
    keep(i);
    return stringWithMore();
  }

  /** Reads a string like {@link #string}, with escapes, text beyond ASCII, and several blocks. */
  private String stringWithMore() {
    while (true) {
      int b = peek();
      if (b < 0) {
        throw unterminated();
      }
      if (b == '"') {
        pos++;
        return scratched();
      }
      if (b == '\\') {
        escape();
      } else if (b >= 0x80) {
        keepCodePoint(codePoint());
      } else if (b < ' ') {
        throw error(String.format("a control character (U+%04X) in a string: write \\u%04x", b, b));
      } else {
        int i = pos + 1;
        while (i < limit && buffer[i] >= ' ' && buffer[i] != '"' && buffer[i] != '\\') {
          i++;
        }
        keep(i);
      }
    }
  }

  private void escape() {
    Position at = here();
    pos++;
    int b = peek();
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
    pos++;
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
      if (peek() != '\\') {
        throw loneSurrogate(at, unit);
      }
      pos++;
      if (peek() != 'u') {
        throw loneSurrogate(at, unit);
      }
      pos++;
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
      int b = peek();
      int digit = b < 0x80 ? Character.digit(b, 16) : -1;
      if (digit < 0) {
        throw unexpected(b, "four hexadecimal digits after '\\u'");
      }
      unit = (unit << 4) | digit;
      pos++;
    }
    return unit;
  }

  /** Reads a character beyond ASCII that begins at the current byte. */
  private int codePoint() {
    Position at = here();
    int lead = buffer[pos++] & 0xff;
    int following = lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
    int least = lead < 0xe0 ? 0x80 : lead < 0xf0 ? 0x800 : 0x10000;
    int c = lead & (0x3f >> following);
    boolean valid = lead >= 0xc2 && lead <= 0xf4;
    for (int i = 0; i < following && valid; i++) {
      int b = peek();
      valid = b >= 0 && (b & 0xc0) == 0x80;
      if (valid) {
        c = (c << 6) | (b & 0x3f);
        pos++;
      }
    }
    if (!valid
        || c < least
        || c > Character.MAX_CODE_POINT
        || (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)) {
      throw new JsonException(at, String.format("invalid UTF-8 (byte 0x%02x)", lead));
    }
    lineStart += following;
    return c;
  }

  private void keep(int to) {
    int length = to - pos;
    reserve(length);
    for (int i = 0; i < length; i++) {
      scratch[scratched + i] = (char) buffer[pos + i];
    }
    scratched += length;
    pos = to;
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
    if (scratch.length > BLOCK) {
      scratch = new char[SMALL_SCRATCH]; // release the memory of one long string
    }
    return text;
  }

  private int peek() {
    return pos < limit || more() ? buffer[pos] & 0xff : -1;
  }

  /** Reads another block. Returns false at the end of the stream, which is not read again. */
  private boolean more() {
    if (base + pos >= bound && valueStart != null) {
      throw new JsonException(
          valueStart,
          "a value of more than " + maxBytes + " bytes",
          JsonException.Problem.TOO_LONG);
    }
    if (ended) {
      return false;
    }
    if (end == buffer.length && end < BLOCK) {
      buffer = new byte[BLOCK];
    }
    base += end;
    pos = 0;
    limit = 0;
    end = 0;
    try {
      do {
        end = in.read(buffer);
      } while (end == 0);
    } catch (IOException e) {
      throw new UncheckedIOException(input + " cannot be read: " + e.getMessage(), e);
    }
    if (end < 0) {
      end = 0;
      ended = true;
      return false;
    }
    limit = (int) Math.min(end, bound - base);
    return true;
  }

  /** Returns the number of the current line. */
  long line() {
    return line;
  }

  /** Returns the number of the current column. */
  long column() {
    return base + pos - lineStart + 1;
  }

  Position here() {
    return new Position(input, line, column());
  }

  JsonException error(String message) {
    return new JsonException(here(), message);
  }

  JsonException unterminated() {
    Position start = arrayStart != null ? arrayStart : valueStart;
    if (start == null) {
      return error("the input ends too early");
    }
    return error(
        String.format(
            "the input ends inside the value that begins at line %d, column %d",
            start.line(), start.column()));
  }

  /**
   * Returns the error for a value of the wrong kind, or for invalid text.
   *
   * @param noun the expected value, for a sentence
   * @param expected the same, as a sentence
   */
  JsonException refused(int b, String noun, String expected) {
    Position at = here();
    String found =
        switch (b) {
          case '{' -> "an object";
          case '[' -> "an array";
          case '"' -> "a string";
          case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> "a number";
          case 't', 'f', 'n' -> {
            String word = b == 't' ? "true" : b == 'f' ? "false" : "null";
            literal(at, word);
            yield word;
          }
          default -> throw unexpected(b, noun);
        };
    return new JsonException(
        at,
        found + ": " + expected,
        b == '[' ? JsonException.Problem.ARRAY : JsonException.Problem.OTHER);
  }

  private JsonException notKey(int b) {
    boolean letter = (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || b == '_' || b == '$';
    if (letter || isDigit(b)) {
      return error("a key without quotes: write it in double quotes");
    }
    return unexpected(b, "a key in double quotes or '}'");
  }

  /** Returns the error for a byte that is not permitted here. */
  JsonException unexpected(int b, String expected) {
    Position at = here();
    if (b < 0) {
      return unterminated();
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
            int c = b < 0x80 ? b : codePoint();
            yield c == 0xfeff
                ? "a byte order mark (U+FEFF): remove it"
                : "unexpected " + Quote.character(c) + ", expected " + expected;
          }
        };
    return new JsonException(at, message);
  }
}
