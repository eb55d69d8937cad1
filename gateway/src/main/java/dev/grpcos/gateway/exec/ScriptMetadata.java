package dev.grpcos.gateway.exec;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.grpc.Metadata;
import java.io.ByteArrayOutputStream;
import java.util.Base64;
import java.util.Locale;

/**
 * The metadata that a program writes to descriptor 3: lines {@code header NAME: VALUE} and {@code
 * trailer NAME: VALUE}.
 *
 * <p>Values of names that end in {@code -bin} are base64. Headers are sent with the first response,
 * so the program writes them before it. Not thread-safe.
 */
final class ScriptMetadata {
  private final int mostBytes;
  private final Metadata headers = new Metadata();
  private final Metadata trailers = new Metadata();
  private final ByteArrayOutputStream unfinished = new ByteArrayOutputStream();
  private long taken;
  private boolean sent;

  /** Creates metadata with a limit in bytes. */
  ScriptMetadata(int mostBytes) {
    this.mostBytes = mostBytes;
  }

  /**
   * Adds bytes that were written.
   *
   * @throws BadOutputException if they are not metadata, or there is too much of it
   */
  void add(byte[] bytes) throws BadOutputException {
    taken += bytes.length;
    if (taken > mostBytes) {
      throw new BadOutputException(
          "wrote more than "
              + mostBytes
              + " bytes of metadata, the value of limits.metadata; write less, or raise it");
    }
    for (byte b : bytes) {
      if (b == '\n') {
        line(unfinished.toString(UTF_8));
        unfinished.reset();
      } else {
        unfinished.write(b);
      }
    }
  }

  private void line(String line) throws BadOutputException {
    if (line.isBlank()) {
      return;
    }
    boolean header = line.startsWith("header ");
    int colon = line.indexOf(':');
    if ((!header && !line.startsWith("trailer ")) || colon < 0) {
      throw bad(line, "'header NAME: VALUE' or 'trailer NAME: VALUE' is expected");
    }
    String name = line.substring(line.indexOf(' '), colon).strip().toLowerCase(Locale.ROOT);
    String value = line.substring(colon + 1).strip();
    if (header && sent) {
      throw bad(line, "headers are sent with the first response; write them before it");
    }
    put(header ? headers : trailers, name, value);
  }

  /**
   * Adds an entry.
   *
   * @param value base64 if the name ends in {@code -bin}
   * @throws BadOutputException if the entry is not valid in gRPC
   */
  static void put(Metadata metadata, String name, String value) throws BadOutputException {
    if (name.startsWith("grpc-") || name.startsWith("grpcos-") || name.equals("content-type")) {
      throw bad(name, "the name is reserved");
    }
    try {
      if (name.endsWith(Metadata.BINARY_HEADER_SUFFIX)) {
        metadata.put(
            Metadata.Key.of(name, Metadata.BINARY_BYTE_MARSHALLER),
            Base64.getDecoder().decode(value));
      } else {
        if (!value.chars().allMatch(c -> c >= ' ' && c <= '~')) {
          throw bad(name, "the value is not ASCII; use a name that ends in -bin, and base64");
        }
        metadata.put(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER), value);
      }
    } catch (IllegalArgumentException e) {
      throw bad(name, String.valueOf(e.getMessage()));
    }
  }

  private static BadOutputException bad(String line, String why) {
    String shown = line.length() > 80 ? line.substring(0, 80) + "…" : line;
    return new BadOutputException("wrote \"" + shown + "\" as metadata: " + why);
  }

  /** Returns the headers, and records that they are sent. */
  Metadata sendHeaders() {
    sent = true;
    return headers;
  }

  /** Returns whether there are headers. */
  boolean hasHeaders() {
    return !headers.keys().isEmpty();
  }

  /** Returns the trailers so far. */
  Metadata trailers() {
    return trailers;
  }
}
