package dev.grpcos.cli.describe;

/** The colours of a full name on a terminal: its last part is emphasized. */
public final class NameColours {
  private static final String LAST = "\u001b[34;1m";
  private static final String RESET = "\u001b[0m";

  private NameColours() {}

  /** Returns the name with escape sequences. */
  public static String of(String name) {
    int last = Math.max(name.lastIndexOf('.'), name.lastIndexOf('/')) + 1;
    return name.substring(0, last) + LAST + name.substring(last) + RESET;
  }
}
