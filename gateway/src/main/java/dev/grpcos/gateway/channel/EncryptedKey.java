package dev.grpcos.gateway.channel;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.BadPaddingException;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.PBEParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * A private key in PKCS #8 that a password encrypts by PBES2, with PBKDF2 and AES.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8018#section-6.2">RFC 8018, PBES2</a>
 */
final class EncryptedKey {
  /** The JDK's name of a PBES2 algorithm; the JDK's own cipher of this name takes only ASCII. */
  private static final Pattern ALGORITHM = Pattern.compile("PBEWith(Hmac\\w+)AndAES_(128|256)");

  private EncryptedKey() {}

  /**
   * Returns the key in PKCS #8, decrypted.
   *
   * @param name the file name for messages
   * @throws InvalidKeyException if the password is wrong or the encryption is not supported
   */
  static byte[] decrypt(byte[] encrypted, char[] password, String name) throws InvalidKeyException {
    try {
      EncryptedPrivateKeyInfo info = new EncryptedPrivateKeyInfo(encrypted);
      Matcher algorithm = ALGORITHM.matcher(String.valueOf(info.getAlgParameters()));
      if (!algorithm.matches()) {
        throw new NoSuchAlgorithmException(info.getAlgName());
      }
      PBEParameterSpec parameters =
          info.getAlgParameters().getParameterSpec(PBEParameterSpec.class);
      PBEKeySpec spec =
          new PBEKeySpec(
              password,
              parameters.getSalt(),
              parameters.getIterationCount(),
              Integer.parseInt(algorithm.group(2)));
      byte[] key =
          SecretKeyFactory.getInstance("PBKDF2With" + algorithm.group(1))
              .generateSecret(spec)
              .getEncoded();
      spec.clearPassword();
      Cipher cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
      cipher.init(
          Cipher.DECRYPT_MODE, new SecretKeySpec(key, "AES"), parameters.getParameterSpec());
      return cipher.doFinal(info.getEncryptedData());
    } catch (BadPaddingException e) {
      throw new InvalidKeyException(
          "the key in %s cannot be decrypted: check the password".formatted(name), e);
    } catch (IOException | GeneralSecurityException e) {
      throw unsupported(name, e);
    }
  }

  private static InvalidKeyException unsupported(String name, Exception cause) {
    return new InvalidKeyException(
        ("the key in %s is broken, or not encrypted with AES: encrypt it with 'openssl pkcs8 -topk8"
                + " -v2 aes-256-cbc -in %s'")
            .formatted(name, name),
        cause);
  }
}
