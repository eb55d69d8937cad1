package dev.grpcos.gateway.config;

/**
 * A prepared change to another configuration, which has no effect yet. The second phase of a reload
 * calls exactly one of the two methods, once.
 */
public interface Change {
  /** Applies the change; cannot fail. */
  void commit();

  /** Releases the prepared resources. */
  void discard();
}
