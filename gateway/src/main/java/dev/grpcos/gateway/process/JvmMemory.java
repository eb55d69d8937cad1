package dev.grpcos.gateway.process;

import io.netty.util.internal.PlatformDependent;

/** The memory of this JVM. */
public final class JvmMemory {
  private JvmMemory() {}

  /** Returns the bytes of direct memory in use. */
  public static long directUsed() {
    return PlatformDependent.usedDirectMemory();
  }

  /** Returns the most bytes of direct memory. */
  public static long directMax() {
    return PlatformDependent.maxDirectMemory();
  }

  /**
   * Returns the most bytes that messages can take: they arrive in direct memory, and their copies
   * are in the heap.
   */
  public static long forMessages() {
    return Math.min(Runtime.getRuntime().maxMemory(), PlatformDependent.maxDirectMemory());
  }
}
