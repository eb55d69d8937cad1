package dev.grpcos.gateway.http;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/** Bytes in the order of their arrival. Not thread-safe. */
final class ByteQueue {
  private static final int SMALL = 1 << 10;

  /** The size above which an array is not kept for few bytes, because no one is charged for it. */
  private static final int LARGE = 64 << 10;

  private byte[] bytes = new byte[SMALL];
  private int start;
  private int end;

  /** Returns the number of bytes. */
  int size() {
    return end - start;
  }

  /** Returns the number of bytes for which there is memory. */
  int capacity() {
    return bytes.length;
  }

  /** Adds the readable bytes of a buffer. */
  void add(ByteBuf buffer) {
    int count = buffer.readableBytes();
    if (bytes.length - end < count) {
      int size = size();
      byte[] target =
          bytes.length - size >= count
              ? bytes
              : new byte[(int) Math.max(size + (long) count, Math.min(2L * size, 1 << 30))];
      System.arraycopy(bytes, start, target, 0, size);
      bytes = target;
      start = 0;
      end = size;
    }
    buffer.readBytes(bytes, end, count);
    end += count;
  }

  /** Returns the byte at this position from the first one. */
  byte get(int position) {
    return bytes[start + position];
  }

  /** Returns the position of a byte, searched from another position, or -1. */
  int indexOf(char ascii, int from) {
    for (int i = start + from; i < end; i++) {
      if (bytes[i] == ascii) {
        return i - start;
      }
    }
    return -1;
  }

  /** Removes the first bytes, and returns them. */
  byte[] take(int count) {
    byte[] taken = Arrays.copyOfRange(bytes, start, start + count);
    start += count;
    int size = size();
    if (bytes.length > LARGE && size < bytes.length / 4) {
      byte[] rest = new byte[Math.max(size, SMALL)];
      System.arraycopy(bytes, start, rest, 0, size);
      bytes = rest;
      start = 0;
      end = size;
    }
    return taken;
  }
}
