package dev.grpcos.cli.distribution;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/**
 * The outcome of a command; two are equal if their bytes are.
 *
 * @param exit the code, as a shell's {@code $?}
 * @param stdout as text, see {@link #text}
 * @param stderr as text, see {@link #text}
 */
public record Outcome(int exit, String stdout, String stderr) {
  /** Decodes UTF-8, so that differences can be read; other bytes become one character each. */
  public static String text(byte[] bytes) {
    String text = new String(bytes, UTF_8);
    return Arrays.equals(text.getBytes(UTF_8), bytes) ? text : new String(bytes, ISO_8859_1);
  }
}
