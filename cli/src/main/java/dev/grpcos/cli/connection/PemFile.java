package dev.grpcos.cli.connection;

import com.google.protobuf.ByteString;

/**
 * A file of certificates or keys as its caller read it: whoever has the content holds it, and two
 * of equal content can share a connection.
 *
 * @param name for messages
 */
public record PemFile(String name, ByteString content) {
  /** The name alone: the content may be a key. */
  @Override
  public String toString() {
    return name;
  }
}
