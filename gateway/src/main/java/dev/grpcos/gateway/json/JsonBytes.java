package dev.grpcos.gateway.json;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a JSON text, read in blocks, and the position in the text.
 *
 * <p>The stream is read only when the block does not have the next byte. {@code limit} is the end
 * of the block, or the maximum end of the value, whichever comes first. The boundaries of blocks
 * affect neither values nor errors. Not thread-safe.
 */
final class JsonBytes {
  private static final int BLOCK = 1 << 16;

  /** Scripts usually send little in one call. If this block is full, a larger one is allocated. */
  private static final int SMALL_BLOCK = 1 << 12;

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

  /**
   * Creates the bytes of a stream.
   *
   * @param input the stream's name in messages
   * @param maxBytes the maximum length of one value
   * @param firstLine the number of the first line
   */
  JsonBytes(InputStream in, String input, int maxBytes, long firstLine) {
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

  /** Returns the next byte without consuming it, or -1 at the end. */
  int peek() {
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

  /** Consumes the byte that was returned last. */
  void skip() {
    pos++;
  }

  /**
   * Consumes the rest of a string and its closing quote.
   *
   * @return the text; null, with nothing consumed, if the block does not have all of it, or if it
   *     is not plain ASCII
   */
  @Nullable String plainString() {
    int length = plain();
    int quote = pos + length;
    if (quote >= limit || buffer[quote] != '"') {
      return null;
    }
    String text = new String(buffer, pos, length, StandardCharsets.ISO_8859_1);
    pos = quote + 1;
    return text;
  }

  /** Returns the number of next bytes in the block that are themselves the text of a string. */
  int plain() {
    int i = pos;
    // negative bytes are not ASCII
    while (i < limit && buffer[i] >= ' ' && buffer[i] != '"' && buffer[i] != '\\') {
      i++;
    }
    return i - pos;
  }

  /** Consumes ASCII bytes of the block, and copies them. */
  void take(int count, char[] to, int at) {
    for (int i = 0; i < count; i++) {
      to[at + i] = (char) buffer[pos + i];
    }
    pos += count;
  }

  /** Consumes a character beyond ASCII that begins at the next byte. */
  int codePoint() {
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

  /** Begins a value at the next byte. It may have the maximum length. */
  void beginValue() {
    valueStart = here();
    bound = base + pos + maxBytes;
    limit = (int) Math.min(end, bound - base);
  }

  /** Ends the value that was begun. */
  void endValue() {
    bound = Long.MAX_VALUE;
    limit = end;
    valueStart = null;
  }

  /** Consumes the bracket that begins the array whose elements are the values. */
  void enterArray() {
    arrayStart = here();
    pos++;
  }

  /** Consumes the bracket that ends that array. */
  void leaveArray() {
    arrayStart = null;
    pos++;
  }

  /** Returns the number of the current line. */
  long line() {
    return line;
  }

  /** Returns the number of the current column. */
  long column() {
    return base + pos - lineStart + 1;
  }

  /** Returns the position of the next byte. */
  Position here() {
    return new Position(input, line, column());
  }

  /** Returns an error at the next byte. */
  JsonException error(String message) {
    return new JsonException(here(), message);
  }

  /** Returns the error for a text that ends inside a value. */
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
}
