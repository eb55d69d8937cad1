package dev.grpcos.gateway.json;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** JSON text under construction, as UTF-8 in a reusable array. Not thread-safe. */
public final class JsonText {
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  /**
   * The maximum size that is kept between messages, so that one large message does not keep its
   * memory.
   */
  private static final int KEPT = 1 << 20;

  private byte[] bytes = new byte[1 << 8];
  private int length;

  /** Discards the text. */
  public void clear() {
    length = 0;
    if (bytes.length > KEPT) {
      bytes = new byte[KEPT];
    }
  }

  /** Discards everything after the first {@code length} bytes. */
  public void truncate(int length) {
    this.length = length;
  }

  /**
   * Returns an array with the text in the first {@link #length} bytes, valid until the next write.
   */
  public byte[] array() {
    return bytes;
  }

  /** Returns the length of the text in bytes. */
  public int length() {
    return length;
  }

  /** Adds an ASCII character that needs no escape. */
  public void put(char ascii) {
    if (length == bytes.length) {
      reserve(1);
    }
    bytes[length++] = (byte) ascii;
  }

  /** Adds JSON. */
  public void put(byte[] utf8) {
    put(utf8, 0, utf8.length);
  }

  /** Adds another text. */
  public void put(JsonText text) {
    put(text.bytes, 0, text.length);
  }

  void put(byte[] utf8, int from, int count) {
    reserve(count);
    System.arraycopy(utf8, from, bytes, length, count);
    length += count;
  }

  /** Adds ASCII text that needs no escapes. */
  public void put(String ascii) {
    int count = ascii.length();
    reserve(count);
    for (int i = 0; i < count; i++) {
      bytes[length + i] = (byte) ascii.charAt(i);
    }
    length += count;
  }

  /**
   * Adds a string in quotes, with the escapes that RFC 8259 requires, and with U+2028 and U+2029
   * escaped.
   */
  public void quoted(String text) {
    int count = text.length();
    reserve(count + 2);
    bytes[length++] = '"';
    int i = 0;
    while (i < count) {
      char c = text.charAt(i);
      if (c < ' ' || c >= 0x7f || c == '"' || c == '\\') {
        break;
      }
      bytes[length++] = (byte) c;
      i++;
    }
    while (i < count) {
      int c = text.codePointAt(i);
      i += Character.charCount(c);
      escaped(c);
    }
    put('"');
  }

  private void escaped(int c) {
    reserve(6);
    switch (c) {
      case '"', '\\' -> pair((char) c);
      case '\b' -> pair('b');
      case '\f' -> pair('f');
      case '\n' -> pair('n');
      case '\r' -> pair('r');
      case '\t' -> pair('t');
      default -> {
        if (c < ' ' || c == 0x2028 || c == 0x2029) {
          bytes[length++] = '\\';
          bytes[length++] = 'u';
          for (int shift = 12; shift >= 0; shift -= 4) {
            bytes[length++] = HEX[(c >> shift) & 0xf];
          }
        } else {
          utf8(c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? 0xfffd : c);
        }
      }
    }
  }

  private void pair(char c) {
    bytes[length++] = '\\';
    bytes[length++] = (byte) c;
  }

  private void utf8(int c) {
    if (c < 0x80) {
      bytes[length++] = (byte) c;
    } else if (c < 0x800) {
      bytes[length++] = (byte) (0xc0 | (c >> 6));
      bytes[length++] = (byte) (0x80 | (c & 0x3f));
    } else if (c < 0x10000) {
      bytes[length++] = (byte) (0xe0 | (c >> 12));
      bytes[length++] = (byte) (0x80 | ((c >> 6) & 0x3f));
      bytes[length++] = (byte) (0x80 | (c & 0x3f));
    } else {
      bytes[length++] = (byte) (0xf0 | (c >> 18));
      bytes[length++] = (byte) (0x80 | ((c >> 12) & 0x3f));
      bytes[length++] = (byte) (0x80 | ((c >> 6) & 0x3f));
      bytes[length++] = (byte) (0x80 | (c & 0x3f));
    }
  }

  private void reserve(int count) {
    if (bytes.length - length < count) {
      long wanted = Math.max(2L * bytes.length, (long) length + count);
      bytes = Arrays.copyOf(bytes, (int) Math.min(wanted, Integer.MAX_VALUE - 8));
    }
  }

  @Override
  public String toString() {
    return new String(bytes, 0, length, StandardCharsets.UTF_8);
  }
}
