package dev.grpcos.cli.output;

import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * A stream of UTF-8 to a terminal, in which DEL, C1 and bidirectional controls become the escapes
 * of JSON.
 *
 * <p>In JSON these characters occur only in strings, where the escapes have the same meaning. Other
 * control characters pass, because JSON never contains them and the command's own colours do; text
 * that may contain them is escaped by its writer.
 */
final class TerminalStream extends FilterOutputStream {
  private static final int DEL = 0x7f;

  /** The bytes of a character that is not complete yet; at most two. */
  private int start;

  TerminalStream(OutputStream stream) {
    super(stream);
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int from, int count) throws IOException {
    ByteArrayOutputStream safe = new ByteArrayOutputStream(count + 16);
    for (int i = from; i < from + count; i++) {
      put(bytes[i] & 0xff, safe);
    }
    safe.writeTo(out);
  }

  private void put(int b, ByteArrayOutputStream safe) {
    switch (start) {
      case 0xc2 -> {
        if (b >= 0x80 && b <= 0x9f) {
          escape(b, safe);
        } else {
          release(safe);
          begin(b, safe);
        }
      }
      case 0xe2 -> {
        if (b == 0x80 || b == 0x81) {
          start = 0xe200 | b;
        } else {
          release(safe);
          begin(b, safe);
        }
      }
      case 0xe280 -> last(b, b >= 0xaa && b <= 0xae, 0x2000, safe);
      case 0xe281 -> last(b, b >= 0xa6 && b <= 0xa9, 0x2040, safe);
      default -> begin(b, safe);
    }
  }

  private void last(int b, boolean unsafe, int base, ByteArrayOutputStream safe) {
    if (unsafe) {
      escape(base | (b & 0x3f), safe);
    } else {
      release(safe);
      begin(b, safe);
    }
  }

  private void begin(int b, ByteArrayOutputStream safe) {
    if (b == 0xc2 || b == 0xe2) {
      start = b;
    } else if (b == DEL) {
      escape(b, safe);
    } else {
      safe.write(b);
    }
  }

  private void escape(int c, ByteArrayOutputStream safe) {
    start = 0;
    safe.writeBytes(String.format("\\u%04x", c).getBytes(StandardCharsets.US_ASCII));
  }

  private void release(ByteArrayOutputStream safe) {
    if (start > 0xff) {
      safe.write(start >> 8);
    }
    if (start != 0) {
      safe.write(start);
    }
    start = 0;
  }

  @Override
  public void flush() throws IOException {
    ByteArrayOutputStream rest = new ByteArrayOutputStream(2);
    release(rest);
    rest.writeTo(out);
    out.flush();
  }
}
