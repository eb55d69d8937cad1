package dev.grpcos.gateway.config;

/**
 * The second phase of a reload: what was prepared for another configuration, without any effect so
 * far. Exactly one of the two methods is called, once.
 */
public interface Change {
  /** Makes it effective; cannot fail. */
  void commit();

  /** Releases what was prepared. */
  void discard();
}
