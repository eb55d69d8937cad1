package dev.grpcos.gateway.text;

import java.util.regex.Pattern;

/** Text for commands of a POSIX shell. */
public final class ShellText {
  /** The text that a shell reads as one word without quotes. */
  private static final Pattern WORD = Pattern.compile("[\\w@%+=:,./-]+");

  private ShellText() {}

  /** Returns the text as one word, in single quotes if necessary. It must not contain NUL. */
  public static String word(String text) {
    return WORD.matcher(text).matches() ? text : "'" + text.replace("'", "'\\''") + "'";
  }
}
