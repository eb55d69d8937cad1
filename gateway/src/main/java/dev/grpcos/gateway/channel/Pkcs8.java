package dev.grpcos.gateway.channel;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.InvalidKeyException;

/**
 * Converts private keys of older formats to PKCS #8, the only one that Java reads: the same bytes
 * after the algorithm's identifier.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc5208">RFC 5208, PKCS #8</a>
 */
final class Pkcs8 {
  private static final int INTEGER = 0x02;
  private static final int OCTET_STRING = 0x04;
  private static final int SEQUENCE = 0x30;

  /** The tag of the curve in a SEC 1 key. */
  private static final int PARAMETERS = 0xa0;

  private static final byte[] VERSION = {INTEGER, 1, 0};

  /** OBJECT IDENTIFIER rsaEncryption, NULL. */
  private static final byte[] RSA = {
    6, 9, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 0x0d, 1, 1, 1, 5, 0
  };

  /** OBJECT IDENTIFIER id-ecPublicKey. */
  private static final byte[] CURVE = {6, 7, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 2, 1};

  private Pkcs8() {}

  /**
   * Converts a PKCS #1 key.
   *
   * @see <a href="https://www.rfc-editor.org/rfc/rfc8017#appendix-A.1.2">RFC 8017</a>
   */
  static byte[] ofRsa(byte[] key) {
    return of(RSA, key);
  }

  /**
   * Converts a SEC 1 key.
   *
   * @param name the file name for messages
   * @throws InvalidKeyException if the key does not name its curve
   * @see <a href="https://www.rfc-editor.org/rfc/rfc5915">RFC 5915</a>
   */
  static byte[] ofCurve(byte[] key, String name) throws InvalidKeyException {
    ByteBuffer in = ByteBuffer.wrap(key);
    try {
      content(in, in.get() & 0xff);
      while (in.hasRemaining()) {
        int tag = in.get() & 0xff;
        int length = content(in, tag);
        if (tag == PARAMETERS) {
          byte[] curve = new byte[length];
          in.get(curve);
          return of(joined(CURVE, curve), key);
        }
        in.position(in.position() + length);
      }
    } catch (RuntimeException e) { // truncated
      throw new InvalidKeyException("the key in " + name + " is broken", e);
    }
    throw new InvalidKeyException(
        "the key in %s does not name its curve: convert it with 'openssl pkcs8 -topk8 -nocrypt -in %s'"
            .formatted(name, name));
  }

  private static byte[] of(byte[] algorithm, byte[] key) {
    return element(
        SEQUENCE,
        joined(VERSION, joined(element(SEQUENCE, algorithm), element(OCTET_STRING, key))));
  }

  private static byte[] element(int tag, byte[] content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(tag);
    int length = content.length;
    if (length < 0x80) {
      out.write(length);
    } else {
      int bytes = length < 0x100 ? 1 : length < 0x10000 ? 2 : 3;
      out.write(0x80 | bytes);
      for (int i = bytes - 1; i >= 0; i--) {
        out.write(length >> (8 * i));
      }
    }
    out.writeBytes(content);
    return out.toByteArray();
  }

  /** Reads the length of an element, and returns it. The tag names the element in errors. */
  private static int content(ByteBuffer in, int tag) {
    int length = in.get() & 0xff;
    if (length >= 0x80) {
      int bytes = length & 0x7f;
      length = 0;
      for (int i = 0; i < bytes; i++) {
        length = length << 8 | (in.get() & 0xff);
      }
    }
    if (length < 0 || length > in.remaining()) {
      throw new IllegalArgumentException("an element of " + length + " bytes, tag " + tag);
    }
    return length;
  }

  private static byte[] joined(byte[] first, byte[] second) {
    return ByteBuffer.allocate(first.length + second.length).put(first).put(second).array();
  }
}
