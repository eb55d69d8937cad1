package dev.grpcos.gateway.channel;

import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;

/** An allocator that never has memory. */
final class NoMemory extends AbstractByteBufAllocator {
  @Override
  public boolean isDirectBufferPooled() {
    return false;
  }

  @Override
  protected ByteBuf newHeapBuffer(int initial, int most) {
    throw new OutOfMemoryError();
  }

  @Override
  protected ByteBuf newDirectBuffer(int initial, int most) {
    throw new OutOfMemoryError();
  }
}
