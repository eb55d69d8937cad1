package dev.grpcos.gateway.channel;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads certificates and keys from the content of PEM files. Text between the blocks and blocks of
 * other kinds are ignored.
 *
 * <p>Every error message names the file and the remedy, and can be shown unchanged.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7468">RFC 7468</a>
 */
public final class Pem {
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \\1-----", Pattern.DOTALL);
  private static final List<String> KEY_ALGORITHMS = List.of("RSA", "EC", "EdDSA");

  private Pem() {}

  private record Block(String label, String body) {}

  /**
   * Returns all certificates, in order.
   *
   * @param name the file name for messages
   * @throws CertificateException if there is none, or one is malformed
   */
  public static List<X509Certificate> certificates(byte[] content, String name)
      throws CertificateException {
    CertificateFactory factory = CertificateFactory.getInstance("X.509");
    List<X509Certificate> certificates = new ArrayList<>();
    for (Block block : blocks(content)) {
      if (!block.label().equals("CERTIFICATE") && !block.label().equals("X509 CERTIFICATE")) {
        continue;
      }
      try {
        certificates.add(
            (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(bytes(block))));
      } catch (CertificateException | IllegalArgumentException e) {
        throw new CertificateException(
            "certificate " + (certificates.size() + 1) + " in " + name + " is broken: " + reason(e),
            e);
      }
    }
    if (certificates.isEmpty()) {
      throw new CertificateException(
          name + " has no certificate: give a PEM file with BEGIN CERTIFICATE in it");
    }
    return List.copyOf(certificates);
  }

  /**
   * Returns the private key: in PKCS #8, perhaps encrypted, or in OpenSSL's traditional forms for
   * RSA (PKCS #1) and elliptic curves (SEC 1), not encrypted.
   *
   * @param name the file name for messages
   * @param password the password of an encrypted key
   * @throws InvalidKeyException if there is none, it has another format, or the password is wrong
   */
  public static PrivateKey privateKey(byte[] content, String name, KeyPassword password)
      throws InvalidKeyException {
    for (Block block : blocks(content)) {
      switch (block.label()) {
        case "PRIVATE KEY" -> {
          return decode(bytes(block, name), name);
        }
        case "RSA PRIVATE KEY", "EC PRIVATE KEY" -> {
          if (block.body().contains("ENCRYPTED")) {
            throw new InvalidKeyException(
                ("the key in %s is encrypted in OpenSSL's old form: convert it with 'openssl pkcs8"
                        + " -topk8 -in %s'")
                    .formatted(name, name));
          }
          byte[] key = bytes(block, name);
          return decode(
              block.label().startsWith("RSA") ? Pkcs8.ofRsa(key) : Pkcs8.ofCurve(key, name), name);
        }
        case "ENCRYPTED PRIVATE KEY" -> {
          char[] characters = password.characters("the key in " + name);
          return decode(EncryptedKey.decrypt(bytes(block, name), characters, name), name);
        }
        default -> {} // a certificate beside the key, or the parameters of its curve
      }
    }
    throw new InvalidKeyException(
        name + " has no private key: give a PEM file with BEGIN PRIVATE KEY in it");
  }

  /**
   * Returns the private key in PKCS #8 DER.
   *
   * @param name the source for messages
   * @throws InvalidKeyException if it has another format
   */
  public static PrivateKey privateKeyOf(byte[] der, String name) throws InvalidKeyException {
    return decode(der, name);
  }

  /**
   * Checks that the key belongs to the certificate.
   *
   * @param certificateName the certificate's file name for messages
   * @param keyName the key's file name for messages
   * @throws InvalidKeyException if it belongs to another certificate
   */
  public static void requirePair(
      X509Certificate certificate, PrivateKey key, String certificateName, String keyName)
      throws InvalidKeyException {
    byte[] sample = {1, 2, 3};
    boolean pair;
    try {
      String algorithm =
          switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> "EdDSA";
          };
      Signature signer = Signature.getInstance(algorithm);
      signer.initSign(key);
      signer.update(sample);
      byte[] signature = signer.sign();
      Signature verifier = Signature.getInstance(algorithm);
      // Uses only the public key, because the certificate's key usage may forbid signatures.
      verifier.initVerify(certificate.getPublicKey());
      verifier.update(sample);
      pair = verifier.verify(signature);
    } catch (GeneralSecurityException e) {
      pair = false;
    }
    if (!pair) {
      throw new InvalidKeyException(
          "the key in %s does not match the first certificate in %s: give a matching pair"
              .formatted(keyName, certificateName));
    }
  }

  private static byte[] bytes(Block block, String name) throws InvalidKeyException {
    try {
      return bytes(block);
    } catch (IllegalArgumentException e) {
      throw new InvalidKeyException("the key in " + name + " is broken: " + reason(e), e);
    }
  }

  private static PrivateKey decode(byte[] key, String name) throws InvalidKeyException {
    PKCS8EncodedKeySpec encoded = new PKCS8EncodedKeySpec(key);
    GeneralSecurityException last = new InvalidKeySpecException("no algorithm");
    for (String algorithm : KEY_ALGORITHMS) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(encoded);
      } catch (GeneralSecurityException e) {
        last = e; // for another algorithm, or malformed; the last exception becomes the cause
      }
    }
    throw new InvalidKeyException(
        "the key in " + name + " is broken, or neither RSA, EC nor Ed25519", last);
  }

  private static List<Block> blocks(byte[] content) {
    // One character for each byte: text beyond ASCII is only outside of the blocks.
    Matcher matcher = BLOCK.matcher(new String(content, StandardCharsets.ISO_8859_1));
    List<Block> blocks = new ArrayList<>();
    while (matcher.find()) {
      blocks.add(new Block(matcher.group(1), matcher.group(2)));
    }
    return blocks;
  }

  private static byte[] bytes(Block block) {
    return Base64.getDecoder().decode(block.body().replaceAll("\\s", ""));
  }

  private static String reason(Exception e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }
}
