package dev.grpcos.gateway.reflection;

/** The descriptors that one reflection stream shows, which may change. Used by one thread. */
public interface ShownDescriptors {
  /**
   * Determines the current descriptors.
   *
   * @param then runs when they are known: now, or later on the caller's event loop
   */
  void prepare(Runnable then);

  /** Returns the descriptors that were prepared last. */
  DescriptorUnion get();
}
