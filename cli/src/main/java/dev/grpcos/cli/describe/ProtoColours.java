package dev.grpcos.cli.describe;

import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The colours of a text in proto syntax on a terminal, those of JSON. */
public final class ProtoColours {
  private static final String KEYWORD = "\u001b[34;1m";
  private static final String STRING = "\u001b[32m";
  private static final String COMMENT = "\u001b[90m";
  private static final String RESET = "\u001b[0m";

  /** A keyword at the start of a line is not a name, because a name follows its type. */
  private static final Pattern COLOURED =
      Pattern.compile(
          "(?://[^\\n"
              + "]*)|(?:\"(?:[^\"\\\\\\n"
              + "]|\\\\.)*\")|(?:(?<=\\n"
              + ")|(?<=^)|(?<=\\n"
              + " {1,200}))(?:syntax|edition|package|import|option|message"
              + "|enum|service|rpc|oneof|map|group|optional|repeated|required|extend|extensions|reserved)(?=["
              + " <])|(?<=\\()stream(?= )|(?<= )returns(?= \\()");

  private ProtoColours() {}

  /** Returns the text with escape sequences for its comments, strings and keywords. */
  public static String of(String text) {
    return COLOURED.matcher(text).replaceAll(ProtoColours::coloured);
  }

  private static String coloured(MatchResult match) {
    String part = match.group();
    String colour = part.startsWith("//") ? COMMENT : part.startsWith("\"") ? STRING : KEYWORD;
    return Matcher.quoteReplacement(colour + part + RESET);
  }
}
