package dev.grpcos.gateway.config;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Replaces {@code ${NAME}} by the environment variable and {@code $$} by {@code $}. What a variable
 * holds is not looked into again.
 */
record Expansion(Map<String, String> environment) {
  private static final Pattern DOLLAR = Pattern.compile("\\$(\\$|\\{([A-Za-z_][A-Za-z0-9_]*)})?");

  /** The value with its variables; what is wrong with it is said of its place. */
  String expand(String value, Place place) {
    return DOLLAR
        .matcher(value)
        .replaceAll(match -> Matcher.quoteReplacement(replacement(match, place)));
  }

  private String replacement(java.util.regex.MatchResult match, Place place) {
    if (match.group(1) == null) {
      place.problem("has a '$' by itself; write ${NAME} for a variable, $$ for a dollar sign");
      return "";
    }
    String name = match.group(2);
    if (name == null) {
      return "$";
    }
    String value = environment.get(name);
    if (value == null) {
      place.problem("names the variable %s, which is not set; set it for the gateway", name);
      return "";
    }
    return value;
  }
}
