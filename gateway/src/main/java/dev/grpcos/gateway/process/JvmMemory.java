package dev.grpcos.gateway.process;

import io.netty.util.internal.PlatformDependent;

/** The memory of this JVM. */
public final class JvmMemory {
  private JvmMemory() {}

  /**
   * Returns the most bytes that messages can take: they arrive in direct memory, and their copies
   * are in the heap.
   */
  public static long forMessages() {
    return Math.min(Runtime.getRuntime().maxMemory(), PlatformDependent.maxDirectMemory());
  }
}
