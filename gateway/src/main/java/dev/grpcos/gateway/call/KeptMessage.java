package dev.grpcos.gateway.call;

/** A message as it arrived, whose bytes can be kept for longer than the call needs them. */
public interface KeptMessage {
  /** Returns the number of bytes. */
  int size();

  /** Returns whether the message is flagged as compressed. */
  boolean isCompressed();

  /**
   * Returns the bytes, which must not be changed. Called on the thread that has the message; copies
   * a large message that its connection would reuse.
   */
  byte[] keep();
}
