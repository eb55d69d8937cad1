package dev.grpcos.gateway.json;

import dev.grpcos.gateway.json.JsonValue.JsonObject;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * Takes one JSON object after the other from a stream, each as soon as its closing brace is there.
 *
 * <p>Objects follow each other with any JSON white space between them, or none; or, in array mode,
 * they are the elements of exactly one array. The text is RFC 8259 in UTF-8, to the letter: no
 * comments, no byte order mark, no duplicate keys, no nesting over 100. Nothing is read beyond the
 * block that holds the object's last byte, so a producer that keeps its pipe open is never waited
 * for. Memory is that of one object. Not thread-safe; of no use after an exception.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8259">RFC 8259</a>
 */
public final class JsonReader {
  private enum Stage {
    BEFORE_ARRAY,
    FIRST_ELEMENT,
    NEXT_ELEMENT,
    AFTER_ARRAY,
    OBJECTS
  }

  private final JsonScanner scanner;
  private final String hint;
  private Stage stage;
  private boolean found;

  /**
   * A reader of objects.
   *
   * @param input what messages call the stream
   * @param maxBytes how long one object may be, from brace to brace
   * @param array whether the objects are the elements of one array
   */
  public JsonReader(InputStream in, String input, int maxBytes, boolean array) {
    this(in, input, maxBytes, array, "");
  }

  /**
   * The same.
   *
   * @param hint is added where messages say that an object is expected
   */
  public JsonReader(InputStream in, String input, int maxBytes, boolean array, String hint) {
    this(new JsonScanner(in, input, maxBytes, 1), array ? Stage.BEFORE_ARRAY : Stage.OBJECTS, hint);
  }

  private JsonReader(JsonScanner scanner, Stage stage, String hint) {
    this.scanner = scanner;
    this.stage = stage;
    this.hint = hint;
  }

  /**
   * A reader of the part of an input that begins at this line.
   *
   * @param line counts from 1
   */
  public static JsonReader from(long line, InputStream in, String input, int maxBytes) {
    return new JsonReader(new JsonScanner(in, input, maxBytes, line), Stage.OBJECTS, "");
  }

  /**
   * The next object, or null at the end of the input.
   *
   * @throws JsonException if the input is anything else
   * @throws java.io.UncheckedIOException if the stream can't be read
   */
  public @Nullable JsonObject next() {
    int b = scanner.skipSpace();
    found |= b >= 0;
    if (stage == Stage.BEFORE_ARRAY && b >= 0) {
      if (b != '[') {
        throw scanner.refused(
            b, "one JSON array, as --array says", "--array expects one JSON array");
      }
      scanner.enterArray();
      stage = Stage.FIRST_ELEMENT;
      b = scanner.skipSpace();
    } else if (stage == Stage.NEXT_ELEMENT && b == ',') {
      scanner.skip();
      b = scanner.skipSpace();
      if (b == ']') {
        throw scanner.error("a trailing comma: remove it");
      }
    } else if (stage == Stage.NEXT_ELEMENT && b >= 0 && b != ']') {
      throw scanner.unexpected(b, "',' or ']' after an element of the array");
    }
    if ((stage == Stage.FIRST_ELEMENT || stage == Stage.NEXT_ELEMENT) && b == ']') {
      scanner.leaveArray();
      stage = Stage.AFTER_ARRAY;
      b = scanner.skipSpace();
    }
    return switch (stage) {
      case BEFORE_ARRAY -> null;
      case FIRST_ELEMENT, NEXT_ELEMENT -> {
        if (b < 0) {
          throw scanner.unterminated();
        }
        stage = Stage.NEXT_ELEMENT;
        yield object(b, "each element of the array must be an object" + hint);
      }
      case AFTER_ARRAY -> {
        if (b >= 0) {
          throw scanner.refused(
              b, "nothing after the array", "--array expects nothing after the array");
        }
        yield null;
      }
      case OBJECTS ->
          b < 0
              ? null
              : object(
                  b,
                  "a JSON object is expected"
                      + hint
                      + (b == '[' ? "; give --array to send the array's elements" : ""));
    };
  }

  /** Whether the input held anything but white space so far; {@code []} has no object, but this. */
  public boolean foundAnything() {
    return found;
  }

  /** Reads the one value of any kind that is the whole text. */
  static JsonValue single(InputStream in, String input, int maxBytes) {
    JsonScanner scanner = new JsonScanner(in, input, maxBytes, 1);
    int b = scanner.skipSpace();
    if (b < 0) {
      throw scanner.error("empty: a JSON value is expected");
    }
    JsonValue value = scanner.value();
    b = scanner.skipSpace();
    if (b >= 0) {
      throw scanner.unexpected(b, "nothing after the value");
    }
    return value;
  }

  private JsonObject object(int b, String expected) {
    if (b == '{' && scanner.value() instanceof JsonObject object) {
      return object;
    }
    throw scanner.refused(b, "a JSON object", expected);
  }
}
