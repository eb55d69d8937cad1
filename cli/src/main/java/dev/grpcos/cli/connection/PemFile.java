package dev.grpcos.cli.connection;

import com.google.protobuf.ByteString;

/**
 * The content of a file with certificates or keys. Targets with equal content can share a
 * connection.
 *
 * @param name the file's name, for messages
 */
public record PemFile(String name, ByteString content) {
  /** Returns only the name, because the content may be a key. */
  @Override
  public String toString() {
    return name;
  }
}
