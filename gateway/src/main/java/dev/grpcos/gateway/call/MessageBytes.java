package dev.grpcos.gateway.call;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** Reads messages that are in memory. */
public final class MessageBytes {
  private MessageBytes() {}

  /**
   * Returns the content of a stream that knows its length. {@link InputStream#readAllBytes} would
   * need twice the memory.
   */
  public static byte[] read(InputStream stream) throws IOException {
    byte[] bytes = new byte[stream.available()];
    int length = stream.readNBytes(bytes, 0, bytes.length);
    return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
  }
}
