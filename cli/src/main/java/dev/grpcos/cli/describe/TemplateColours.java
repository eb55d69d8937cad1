package dev.grpcos.cli.describe;

import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The colours of a request template on a terminal: those of JSON, and of comments. */
public final class TemplateColours {
  private static final String KEY = "\u001b[34;1m";
  private static final String STRING = "\u001b[32m";
  private static final String SCALAR = "\u001b[36m";
  private static final String DIM = "\u001b[90m"; // comments and null
  private static final String RESET = "\u001b[0m";

  private static final Pattern COLOURED =
      Pattern.compile("//.*|\"(?:[^\"\\\\]|\\\\.)*+\":?|null|true|false|-?[0-9.]+");

  private TemplateColours() {}

  /** Returns the text with escape sequences. */
  public static String of(String text) {
    return COLOURED.matcher(text).replaceAll(match -> Matcher.quoteReplacement(coloured(match)));
  }

  private static String coloured(MatchResult match) {
    String part = match.group();
    if (part.endsWith("\":")) {
      return KEY + part.substring(0, part.length() - 1) + RESET + ":";
    }
    String colour =
        switch (part.charAt(0)) {
          case '"' -> STRING;
          case '/', 'n' -> DIM;
          default -> SCALAR;
        };
    return colour + part + RESET;
  }
}
