package dev.grpcos.gateway.channel;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.UnrecoverableKeyException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A private key and its certificate chain from a PKCS #12 file.
 *
 * @param chain the certificate of the key comes first
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7292">RFC 7292</a>
 */
public record Pkcs12(List<X509Certificate> chain, PrivateKey key) {
  public Pkcs12 {
    chain = List.copyOf(chain);
  }

  /**
   * Reads a file with one private key.
   *
   * @param name the file name for messages
   * @param password the password of the file; many files need none
   * @throws GeneralSecurityException if the file has another format, the password is wrong, or
   *     there is not exactly one key
   */
  public static Pkcs12 read(byte[] content, String name, KeyPassword password)
      throws GeneralSecurityException {
    char[] characters = password.isGiven() ? password.characters(name) : new char[0];
    KeyStore store = KeyStore.getInstance("PKCS12");
    try {
      store.load(new ByteArrayInputStream(content), characters);
    } catch (IOException e) {
      if (!(e.getCause() instanceof UnrecoverableKeyException)) {
        throw new InvalidKeyException(
            name + " is not a PKCS #12 file: give one that 'openssl pkcs12 -export' writes", e);
      }
      String text = new String(password.characters(name)); // throws the remedy if there is none
      throw new InvalidKeyException(
          name
              + (text.chars().allMatch(character -> character < 0x7f)
                  ? " cannot be decrypted: check the password"
                  : " cannot be decrypted: Java supports only ASCII in its password; change the"
                      + " password, or give the certificate and the key in PEM"),
          e);
    }
    List<String> keys = new ArrayList<>();
    for (String alias : Collections.list(store.aliases())) {
      if (store.isKeyEntry(alias)) {
        keys.add(alias);
      }
    }
    if (keys.size() != 1) {
      throw new InvalidKeyException(
          "%s has %d private keys: give a file with one".formatted(name, keys.size()));
    }
    List<X509Certificate> chain = new ArrayList<>();
    Certificate[] certificates = store.getCertificateChain(keys.get(0));
    if (certificates != null) {
      for (Certificate certificate : certificates) {
        chain.add((X509Certificate) certificate);
      }
    }
    if (chain.isEmpty()
        || !(store.getKey(keys.get(0), characters) instanceof PrivateKey privateKey)) {
      throw new InvalidKeyException(name + " has no certificate for its key: add it");
    }
    return new Pkcs12(chain, privateKey);
  }
}
