package dev.grpcos.cli.connection;

import com.google.protobuf.ByteString;

/**
 * The content of a file with certificates, keys or a password. Targets with equal content can share
 * a connection.
 *
 * @param name the file's name, for messages
 */
public record TlsFile(String name, ByteString content) {
  /** Returns the content as a new array. */
  byte[] bytes() {
    return content.toByteArray();
  }

  /** Returns only the name, because the content may be a key. */
  @Override
  public String toString() {
    return name;
  }
}
