package dev.grpcos.gateway.json;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grpcos.gateway.json.JsonValue.JsonNumber;
import dev.grpcos.gateway.json.JsonValue.JsonObject;
import dev.grpcos.gateway.json.JsonValue.JsonString;
import dev.grpcos.gateway.json.JsonValue.Member;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class JsonReaderTest {
  private static final int MAX = 200_000;

  /** Input in ISO 8859-1, so that a test can contain any byte, and the expected error message. */
  private record InvalidInput(String input, String message) {}

  private static final List<InvalidInput> REFUSALS =
      List.of(
          new InvalidInput(
              "{} garbage", "stdin line 1, column 4: unexpected 'g', expected a JSON object"),
          new InvalidInput("{}}", "column 3: unexpected '}'"),
          new InvalidInput("{},{}", "column 3: unexpected ','"),
          new InvalidInput("\n\n  // no\n{}", "line 3, column 3: a comment"),
          new InvalidInput("{/* no */}", "column 2: a comment"),
          new InvalidInput("# no", "column 1: a comment"),
          new InvalidInput("{'a':1}", "column 2: a single quote"),
          new InvalidInput("{\"a\":'b'}", "column 6: a single quote"),
          new InvalidInput("{a:1}", "column 2: a key without quotes"),
          new InvalidInput("{1:1}", "column 2: a key without quotes"),
          new InvalidInput(
              "{\"a\":1,\n\"\\u0061\":2}",
              "line 2, column 1: duplicate key \"a\", first at line 1, column 2"),
          new InvalidInput("{\"a\":{\"b\":[{\"c\":1,\"c\":1}]}}", "column 19: duplicate key \"c\""),
          new InvalidInput(
              manyKeys() + ",\"k3\":0}", "duplicate key \"k3\", first at line 1, column 23"),
          new InvalidInput("{\"a\":1,}", "column 8: a trailing comma"),
          new InvalidInput("{\"a\":[1,]}", "column 9: a trailing comma"),
          new InvalidInput("{,}", "column 2: unexpected ','"),
          new InvalidInput("{\"a\":1 \"b\":2}", "column 8: unexpected '\"', expected ',' or '}'"),
          new InvalidInput("{\"a\" 1}", "column 6: unexpected '1', expected ':'"),
          new InvalidInput("{\"a\";1}", "column 5: unexpected ';'"),
          new InvalidInput("{\"a\"=1}", "column 5: unexpected '='"),
          new InvalidInput("{\"a\":}", "column 6: a value is missing"),
          new InvalidInput("{\"a\":[1 2]}", "column 9: unexpected '2', expected ',' or ']'"),
          new InvalidInput("{\"a\":1]", "column 7: unexpected ']'"),
          new InvalidInput("\u00ef\u00bb\u00bf{}", "column 1: a byte order mark (U+FEFF)"),
          new InvalidInput("{}\u00ef\u00bb\u00bf{}", "column 3: a byte order mark (U+FEFF)"),
          new InvalidInput("\u00ff\u00fe{\u0000}\u0000", "column 1: invalid UTF-8 (byte 0xff)"),
          new InvalidInput("{\"a\":\"\u00c0\u0080\"}", "column 7: invalid UTF-8 (byte 0xc0)"),
          new InvalidInput("{\"a\":\"\u00e0\u0080\u0080\"}", "column 7: invalid UTF-8 (byte 0xe0)"),
          new InvalidInput(
              "{\"a\":\"\u00f0\u0080\u0080\u0080\"}", "column 7: invalid UTF-8 (byte 0xf0)"),
          new InvalidInput("{\"a\":\"\u00ed\u00a0\u0080\"}", "column 7: invalid UTF-8 (byte 0xed)"),
          new InvalidInput(
              "{\"a\":\"\u00f4\u0090\u0080\u0080\"}", "column 7: invalid UTF-8 (byte 0xf4)"),
          new InvalidInput("{\"a\":\"\u00e2\u0082\"}", "column 7: invalid UTF-8 (byte 0xe2)"),
          new InvalidInput("{\"a\":\"\u00e2\u0082", "column 7: invalid UTF-8 (byte 0xe2)"),
          new InvalidInput("{\"a\":\"\u0080\"}", "column 7: invalid UTF-8 (byte 0x80)"),
          new InvalidInput("{\"\u00e9\":1}", "column 3: invalid UTF-8 (byte 0xe9)"),
          new InvalidInput(
              "{\"\u00c3\u00a9\u00f0\u009f\u0098\u0080\":x}", "column 7: unexpected 'x'"),
          new InvalidInput("{\"a\":\u00c3\u00a9}", "column 6: unexpected '\u00e9' (U+00E9)"),
          new InvalidInput("{\"a\":\"x\\ud800\"}", "column 8: \\ud800 is half of a surrogate pair"),
          new InvalidInput("{\"a\":\"\\udc00\"}", "column 7: \\udc00 is half of a surrogate pair"),
          new InvalidInput("{\"a\":\"\\ud800\\u0041\"}", "column 7: \\ud800 is half"),
          new InvalidInput("{\"a\":\"\\ud800\\n\"}", "column 7: \\ud800 is half"),
          new InvalidInput("{\"a\":\"\\x\"}", "column 8: unexpected 'x', expected one of"),
          new InvalidInput(
              "{\"a\":\"\\u12g4\"}", "column 11: unexpected 'g', expected four hexadecimal"),
          new InvalidInput("{\"a\":\"b\nc\"}", "column 8: a control character (U+000A)"),
          new InvalidInput("{\"a\":\"\t\"}", "column 7: a control character (U+0009)"),
          new InvalidInput("{\"a\":\"\u0000\"}", "column 7: a control character (U+0000)"),
          new InvalidInput("{\u0000}", "column 2: unexpected U+0000"),
          new InvalidInput("{\u000b}", "column 2: unexpected U+000B"),
          new InvalidInput("{\"a\":NaN}", "column 6: unexpected 'N': write \"NaN\""),
          new InvalidInput("{\"a\":Infinity}", "column 6: unexpected 'I': write \"NaN\""),
          new InvalidInput("{\"a\":-Infinity}", "column 7: unexpected 'I': write \"NaN\""),
          new InvalidInput("{\"a\":007}", "column 6: a number with a leading zero"),
          new InvalidInput("{\"a\":-01}", "column 6: a number with a leading zero"),
          new InvalidInput("{\"a\":+1}", "column 6: unexpected '+': a number has no plus"),
          new InvalidInput("{\"a\":.5}", "column 6: unexpected '.': a number begins with a digit"),
          new InvalidInput("{\"a\":1.}", "column 8: unexpected '}', expected a digit after '.'"),
          new InvalidInput("{\"a\":1.e3}", "column 8: unexpected 'e', expected a digit after '.'"),
          new InvalidInput(
              "{\"a\":1e}", "column 8: unexpected '}', expected a digit in the exponent"),
          new InvalidInput("{\"a\":-}", "column 7: unexpected '}', expected a digit after '-'"),
          new InvalidInput("{\"a\":0x10}", "column 7: unexpected 'x'"),
          new InvalidInput(
              "{\"a\":1" + "0".repeat(5000) + "}", "a number of more than 4096 characters"),
          new InvalidInput("{\"a\":True}", "column 6: unexpected 'T'"),
          new InvalidInput("{\"a\":tru}", "column 6: an unknown word"),
          new InvalidInput("{\"a\":nulll}", "column 10: unexpected 'l'"),
          new InvalidInput("{\"a\":undefined}", "column 6: unexpected 'u'"),
          new InvalidInput(nested(641), "column 3201: nested more than 640 deep"),
          new InvalidInput("{\"a\":" + "[".repeat(100_000), "nested more than 640 deep"),
          new InvalidInput("[{}]", "column 1: an array: a JSON object is expected"),
          new InvalidInput("\"a\"", "column 1: a string: a JSON object is expected"),
          new InvalidInput("5", "column 1: a number: a JSON object is expected"),
          new InvalidInput("true", "column 1: true: a JSON object is expected"),
          new InvalidInput("{} null", "column 4: null: a JSON object is expected"),
          new InvalidInput("nil", "column 1: an unknown word"),
          new InvalidInput(
              "\n {\"a\":\n",
              "line 3, column 1: the input ends inside the value that begins at line 2, column 2"),
          new InvalidInput(
              "{", "column 2: the input ends inside the value that begins at line 1, column 1"),
          new InvalidInput("{\"a\":\"b", "column 8: the input ends inside"),
          new InvalidInput("{\"a\":\"b\\", "column 9: the input ends inside"),
          new InvalidInput("{\"a\":12", "column 8: the input ends inside"),
          new InvalidInput("{\"a\":tr", "column 8: the input ends inside"),
          new InvalidInput(
              "\n{\"a\":\"" + "x".repeat(MAX) + "\"}",
              "line 2, column 1: a value of more than 200000 bytes"));

  private static final List<InvalidInput> ARRAY_REFUSALS =
      List.of(
          new InvalidInput("{}", "column 1: an object: one JSON array is expected"),
          new InvalidInput("[{},]", "column 5: a trailing comma"),
          new InvalidInput("[{} {}]", "column 5: unexpected '{', expected ',' or ']'"),
          new InvalidInput(
              "[{},[]]", "column 5: an array: each element of the array must be an object"),
          new InvalidInput("[1]", "column 2: a number: each element"),
          new InvalidInput("[,{}]", "column 2: unexpected ','"),
          new InvalidInput("[{}][{}]", "column 5: an array: nothing is expected after the array"),
          new InvalidInput("[{}] x", "column 6: unexpected 'x'"),
          new InvalidInput(
              "\n[{},\n",
              "line 3, column 1: the input ends inside the value that begins at line 2, column 1"),
          new InvalidInput(
              "[{}", "column 4: the input ends inside the value that begins at line 1, column 1"),
          new InvalidInput("[", "column 2: the input ends inside"));

  private static final String RICH =
      "{\"a\":\"b\"}{\"n\":[1,-0.5e+3,0,12345678901234567890],\"s\":\"\\\"\\\\\\/\\b\\f\\n"
          + "\\r"
          + "\\t\\u0041\\ud83d\\ude00\"}\r\n"
          + "\t {\"\u00e9\u20ac\ud83d\ude00\":{\"t\":true,\"f\":false,\"n\":null,\"e\":{},\"l\":["
          + " ]}} \n\n"
          + "{}";

  static List<InvalidInput> refusals() {
    return REFUSALS;
  }

  static List<InvalidInput> arrayRefusals() {
    return ARRAY_REFUSALS;
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void invalidJsonIsRefusedWithItsPosition(InvalidInput invalid) {
    assertThatThrownBy(() -> readAll(bytes(invalid.input()), false))
        .isInstanceOf(JsonException.class)
        .hasMessageContaining(invalid.message());
  }

  @ParameterizedTest
  @MethodSource("arrayRefusals")
  void invalidArrayOfObjectsIsRefusedWithItsPosition(InvalidInput invalid) {
    assertThatThrownBy(() -> readAll(bytes(invalid.input()), true))
        .isInstanceOf(JsonException.class)
        .hasMessageContaining(invalid.message());
  }

  @Test
  void boundariesOfBlocksChangeNothing() throws IOException {
    List<byte[]> inputs = new ArrayList<>();
    inputs.add(RICH.getBytes(UTF_8));
    for (InvalidInput invalid : REFUSALS) {
      if (invalid.input().length() < 1000) {
        inputs.add(invalid.input().getBytes(ISO_8859_1));
      }
    }
    for (byte[] input : inputs) {
      Object whole = outcome(new ByteArrayInputStream(input), false);
      assertThat(outcome(new Pieces(input, 1, 1), false)).isEqualTo(whole);
      for (int first = 1; first < input.length; first++) {
        assertThat(outcome(new Pieces(input, first, input.length), false)).isEqualTo(whole);
      }
    }
    for (InvalidInput invalid : ARRAY_REFUSALS) {
      byte[] input = invalid.input().getBytes(ISO_8859_1);
      Object whole = outcome(new ByteArrayInputStream(input), true);
      for (int first = 1; first <= input.length; first++) {
        assertThat(outcome(new Pieces(input, first, 1), true)).isEqualTo(whole);
      }
    }
  }

  @Test
  void valuesAreReadWithTheirPositions() {
    List<JsonObject> values = readAll(new ByteArrayInputStream(RICH.getBytes(UTF_8)), false);
    assertThat(values).hasSize(4);
    Member numbers = Objects.requireNonNull(values.get(1).member("n"));
    assertThat(((JsonValue.JsonArray) numbers.value()).elements())
        .extracting(number -> ((JsonNumber) number).text())
        .containsExactly("1", "-0.5e+3", "0", "12345678901234567890");
    assertThat(((JsonString) Objects.requireNonNull(values.get(1).member("s")).value()).text())
        .isEqualTo("\"\\/\b\f\n\r\tA\ud83d\ude00");
    Member unicode = values.get(2).members().get(0);
    assertThat(unicode.key()).isEqualTo("\u00e9\u20ac\ud83d\ude00");
    // Columns count characters: the three characters of the key are nine bytes.
    assertThat(unicode.at()).isEqualTo(new Position("stdin", 2, 4));
    assertThat(unicode.value().at()).isEqualTo(new Position("stdin", 2, 10));
    assertThat(values.get(3).at()).isEqualTo(new Position("stdin", 4, 1));
  }

  @Test
  void nothingIsReadBeyondTheRequestedObject() {
    String input = "{\"a\":1}\n{\"b\":\"\u00e9\"} {\"c\":[]}";
    // Fails on a read that no object needs: such a read would block on an open pipe.
    Pieces pieces = new Pieces(input.getBytes(UTF_8), 1, 1);
    JsonReader reader = new JsonReader(pieces, "stdin", MAX, false);
    assertThat(reader.next()).isNotNull();
    assertThat(pieces.position).isEqualTo(7);
    assertThat(reader.next()).isNotNull();
    assertThat(pieces.position).isEqualTo(18);
    assertThat(reader.next()).isNotNull();
    assertThat(pieces.position).isEqualTo(27);
  }

  @Test
  void elementOfAnArrayIsReadBeforeItsComma() {
    Pieces pieces = new Pieces("[{\"a\":1},{}] ".getBytes(UTF_8), 1, 1);
    JsonReader reader = new JsonReader(pieces, "stdin", MAX, true);
    assertThat(reader.next()).isNotNull();
    assertThat(pieces.position).isEqualTo(8);
    assertThat(reader.next()).isNotNull();
    assertThat(pieces.position).isEqualTo(11);
    assertThat(reader.next()).isNull();
  }

  @Test
  void endIsNullAndIsNotReadAgain() {
    JsonReader empty = new JsonReader(new Pieces(bytesOf(" \n\t\r"), 1, 1), "stdin", MAX, false);
    assertThat(empty.next()).isNull();
    assertThat(empty.next()).isNull();
    assertThat(empty.foundAnything()).isFalse();
    JsonReader array = new JsonReader(new Pieces(bytesOf("[]"), 1, 1), "stdin", MAX, true);
    assertThat(array.next()).isNull();
    assertThat(array.foundAnything()).isTrue();
    JsonReader nothing = new JsonReader(new Pieces(bytesOf(""), 1, 1), "stdin", MAX, true);
    assertThat(nothing.next()).isNull();
    assertThat(nothing.foundAnything()).isFalse();
  }

  @Test
  void valueMayBeAsLongAsTheLimit() {
    byte[] input = bytesOf("  {\"a\":\"1234\"} ");
    assertThat(new JsonReader(new ByteArrayInputStream(input), "stdin", 12, false).next())
        .isNotNull();
    assertThatThrownBy(
            () -> new JsonReader(new ByteArrayInputStream(input), "stdin", 11, false).next())
        .hasMessageContaining("line 1, column 3: a value of more than 11 bytes");
    assertThatThrownBy(() -> new JsonReader(new Pieces(input, 1, 1), "stdin", 11, false).next())
        .hasMessageContaining("line 1, column 3: a value of more than 11 bytes");
  }

  @Test
  void hundredLevelsAreRead() {
    assertThat(readAll(bytes(nested(640)), false)).hasSize(1);
  }

  @Test
  void stringLongerThanABlockIsRead() {
    String text = "\u20acuro ".repeat(25_000);
    List<JsonObject> values =
        readAll(new ByteArrayInputStream(("{\"a\":\"" + text + "\"}").getBytes(UTF_8)), false);
    assertThat(((JsonString) values.get(0).members().get(0).value()).text()).isEqualTo(text);
  }

  @Test
  void failingStreamIsALocalFailure() {
    InputStream broken =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("Input/output error");
          }

          @Override
          public int read(byte[] into, int offset, int length) throws IOException {
            throw new IOException("Input/output error");
          }
        };
    assertThatThrownBy(() -> readAll(broken, false))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessage("stdin cannot be read: Input/output error");
  }

  private static String nested(int depth) {
    return "{\"a\":".repeat(depth - 1) + "{}" + "}".repeat(depth - 1);
  }

  private static String manyKeys() {
    StringBuilder keys = new StringBuilder("{\"k0\":0");
    for (int i = 1; i < 50; i++) {
      keys.append(",\"k").append(i).append("\":0");
    }
    return keys.toString();
  }

  private static byte[] bytesOf(String text) {
    return text.getBytes(UTF_8);
  }

  private static InputStream bytes(String input) {
    return new ByteArrayInputStream(input.getBytes(ISO_8859_1));
  }

  private static List<JsonObject> readAll(InputStream in, boolean array) {
    JsonReader reader = new JsonReader(in, "stdin", MAX, array);
    List<JsonObject> values = new ArrayList<>();
    for (JsonObject value = reader.next(); value != null; value = reader.next()) {
      values.add(value);
    }
    return values;
  }

  /** Returns the values and the end of the input, for comparison. */
  private static List<Object> outcome(InputStream in, boolean array) {
    JsonReader reader = new JsonReader(in, "stdin", MAX, array);
    List<Object> outcome = new ArrayList<>();
    try {
      for (JsonObject value = reader.next(); value != null; value = reader.next()) {
        outcome.add(value);
      }
    } catch (JsonException e) {
      outcome.add(e.toString());
    }
    return outcome;
  }

  /** A stream that returns its bytes in pieces: the first has one size, all others another. */
  private static final class Pieces extends InputStream {
    private final byte[] bytes;
    private final int first;
    private final int others;
    private int position;
    private boolean ended;

    Pieces(byte[] bytes, int first, int others) {
      this.bytes = bytes;
      this.first = first;
      this.others = others;
    }

    @Override
    public int read() {
      throw new UnsupportedOperationException("one byte at a time");
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      if (position == bytes.length) {
        if (ended) {
          throw new IOException("read again after the end");
        }
        ended = true;
        return -1;
      }
      int count = Math.min(bytes.length - position, position == 0 ? first : others);
      System.arraycopy(bytes, position, into, offset, count);
      position += count;
      return count;
    }
  }
}
