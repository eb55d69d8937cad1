package dev.grpcos.gateway.json;

import dev.grpcos.gateway.json.JsonValue.JsonObject;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads JSON values from a stream, one at a time, each as soon as it is complete.
 *
 * <p>Values follow each other with or without white space between them. In array mode, they are the
 * elements of exactly one array. The text is RFC 8259 in UTF-8 without extensions: no comments, no
 * byte order mark, no duplicate keys. The reader reads only up to the block with a value's last
 * byte, so that no value waits for a producer that keeps its pipe open. Only a number needs the
 * byte after it. Memory is bounded by one value. Not thread-safe; unusable after an exception.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8259">RFC 8259</a>
 */
public final class JsonReader {
  private enum Stage {
    BEFORE_ARRAY,
    FIRST_ELEMENT,
    NEXT_ELEMENT,
    AFTER_ARRAY,
    VALUES
  }

  private final JsonBytes bytes;
  private final JsonTokens tokens;
  private final JsonScanner values;
  private final String hint;
  private Stage stage;
  private long line;
  private long column;
  private boolean found;

  /**
   * Creates a reader of a stream.
   *
   * @param input the stream's name in messages
   * @param maxBytes the maximum length of one value
   * @param array whether the values are the elements of one array
   */
  public JsonReader(InputStream in, String input, int maxBytes, boolean array) {
    this(in, input, maxBytes, array, "");
  }

  /**
   * Creates a reader of a stream.
   *
   * @param hint text for messages about values that are not objects
   */
  public JsonReader(InputStream in, String input, int maxBytes, boolean array, String hint) {
    this(new JsonBytes(in, input, maxBytes, 1), array ? Stage.BEFORE_ARRAY : Stage.VALUES, hint);
  }

  private JsonReader(JsonBytes bytes, Stage stage, String hint) {
    this.bytes = bytes;
    tokens = new JsonTokens(bytes);
    values = new JsonScanner(bytes, tokens);
    this.stage = stage;
    this.hint = hint;
  }

  /**
   * Returns a reader of the part of an input that begins at a line.
   *
   * @param line counts from 1
   */
  public static JsonReader from(long line, InputStream in, String input, int maxBytes) {
    return from(line, in, input, maxBytes, "");
  }

  /**
   * Returns a reader of the part of an input that begins at a line.
   *
   * @param line counts from 1
   * @param hint text for messages about values that are not objects
   */
  public static JsonReader from(
      long line, InputStream in, String input, int maxBytes, String hint) {
    return new JsonReader(new JsonBytes(in, input, maxBytes, line), Stage.VALUES, hint);
  }

  /**
   * Returns the next object, or null at the end of the input.
   *
   * @throws JsonException if the input is anything else
   * @throws java.io.UncheckedIOException if the stream cannot be read
   */
  public @Nullable JsonObject next() {
    int b = begin();
    return b < 0 ? null : object(b);
  }

  /**
   * Returns the next value of any kind, or null at the end of the input.
   *
   * @throws JsonException if the input is not JSON
   * @throws java.io.UncheckedIOException if the stream cannot be read
   */
  public @Nullable JsonValue nextValue() {
    return begin() < 0 ? null : values.value();
  }

  /** Moves to the next value and returns its first byte, or -1 at the end. */
  private int begin() {
    int b = valueStart();
    line = bytes.line();
    column = bytes.column();
    return b;
  }

  private int valueStart() {
    int b = bytes.skipSpace();
    found |= b >= 0;
    if (stage == Stage.BEFORE_ARRAY && b >= 0) {
      if (b != '[') {
        throw tokens.refused(b, "one JSON array", "one JSON array is expected");
      }
      bytes.enterArray();
      stage = Stage.FIRST_ELEMENT;
      b = bytes.skipSpace();
    } else if (stage == Stage.NEXT_ELEMENT && b == ',') {
      bytes.skip();
      b = bytes.skipSpace();
      if (b == ']') {
        throw bytes.error("a trailing comma: remove it");
      }
    } else if (stage == Stage.NEXT_ELEMENT && b >= 0 && b != ']') {
      throw tokens.unexpected(b, "',' or ']' after an element of the array");
    }
    if ((stage == Stage.FIRST_ELEMENT || stage == Stage.NEXT_ELEMENT) && b == ']') {
      bytes.leaveArray();
      stage = Stage.AFTER_ARRAY;
      b = bytes.skipSpace();
    }
    return switch (stage) {
      case BEFORE_ARRAY -> -1;
      case FIRST_ELEMENT, NEXT_ELEMENT -> {
        if (b < 0) {
          throw bytes.unterminated();
        }
        stage = Stage.NEXT_ELEMENT;
        yield b;
      }
      case AFTER_ARRAY -> {
        if (b >= 0) {
          throw tokens.refused(b, "nothing after the array", "nothing is expected after the array");
        }
        yield -1;
      }
      case VALUES -> b;
    };
  }

  /** Returns the number of the line on which the last value begins. */
  public long line() {
    return line;
  }

  /** Returns the number of the column at which the last value begins. */
  public long column() {
    return column;
  }

  /** Returns whether the input contained more than white space up to now, including {@code []}. */
  public boolean foundAnything() {
    return found;
  }

  /** Reads a text that is a single value of any kind. */
  public static JsonValue single(InputStream in, String input, int maxBytes) {
    JsonReader reader = new JsonReader(in, input, maxBytes, false);
    JsonValue value = reader.nextValue();
    if (value == null) {
      throw reader.bytes.error("empty: a JSON value is expected");
    }
    int b = reader.bytes.skipSpace();
    if (b >= 0) {
      throw reader.tokens.unexpected(b, "nothing after the value");
    }
    return value;
  }

  private JsonObject object(int b) {
    if (b == '{' && values.value() instanceof JsonObject object) {
      return object;
    }
    String expected =
        stage == Stage.NEXT_ELEMENT
            ? "each element of the array must be an object"
            : "a JSON object is expected";
    throw tokens.refused(b, "a JSON object", expected + hint);
  }
}
