package dev.grpcos.gateway.channel;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.InvalidKeyException;
import org.jspecify.annotations.Nullable;

/** The password of a private key, or the way to give one. */
public final class KeyPassword {
  private final @Nullable String password;
  private final String remedy;

  private KeyPassword(@Nullable String password, String remedy) {
    this.password = password;
    this.remedy = remedy;
  }

  /** Returns the password in a file, without a line feed at its end. */
  public static KeyPassword of(byte[] file) {
    return new KeyPassword(new String(file, UTF_8).replaceFirst("\\r?\\n\\z", ""), "");
  }

  /**
   * Returns the absence of a password.
   *
   * @param remedy says how to give one, as the end of a message
   */
  public static KeyPassword missing(String remedy) {
    return new KeyPassword(null, remedy);
  }

  /** Returns whether there is a password. */
  boolean isGiven() {
    return password != null;
  }

  /**
   * Returns a new array with the characters.
   *
   * @param subject names the encrypted key, for messages
   * @throws InvalidKeyException if there is no password
   */
  char[] characters(String subject) throws InvalidKeyException {
    if (password == null) {
      throw new InvalidKeyException(subject + " is encrypted: " + remedy);
    }
    return password.toCharArray();
  }

  /** Returns a text without the password. */
  @Override
  public String toString() {
    return "(password)";
  }
}
