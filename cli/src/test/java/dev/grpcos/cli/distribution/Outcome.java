package dev.grpcos.cli.distribution;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/**
 * What a process left: two outcomes are equal if they are so byte for byte.
 *
 * @param exit the code, as a shell's {@code $?}
 * @param stdout as text, see {@link #text}
 * @param stderr as text, see {@link #text}
 */
public record Outcome(int exit, String stdout, String stderr) {
  /** UTF-8 where the bytes are such, so that differences can be read; else one character a byte. */
  public static String text(byte[] bytes) {
    String text = new String(bytes, UTF_8);
    return Arrays.equals(text.getBytes(UTF_8), bytes) ? text : new String(bytes, ISO_8859_1);
  }
}
