package dev.grpcos.gateway.process;

import io.netty.util.internal.PlatformDependent;

/** The memory of this JVM. */
public final class JvmMemory {
  private JvmMemory() {}

  /** Returns the bytes of direct memory in use. */
  public static long directUsed() {
    return PlatformDependent.usedDirectMemory();
  }

  /** Returns the maximum size of direct memory, in bytes. */
  public static long directMax() {
    return PlatformDependent.maxDirectMemory();
  }

  /**
   * Returns the maximum memory for messages, in bytes: they arrive in direct memory, and their
   * copies are in the heap.
   */
  public static long forMessages() {
    return Math.min(Runtime.getRuntime().maxMemory(), PlatformDependent.maxDirectMemory());
  }
}
