package dev.grpcos.gateway.config;

import java.util.Map;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Replaces {@code ${NAME}} by the environment variable, and {@code $$} by {@code $}. The values of
 * variables are not expanded again.
 *
 * @param environment the variables; null to leave values as they are written
 * @param reader the process that has these variables, for messages
 */
record Expansion(@Nullable Map<String, String> environment, String reader) {
  /** Leaves values as they are written. */
  static final Expansion NONE = new Expansion(null, "");

  private static final Pattern DOLLAR = Pattern.compile("\\$(\\$|\\{([A-Za-z_][A-Za-z0-9_]*)})?");

  /** Returns the expanded value; null if that is not possible, which is reported at the place. */
  @Nullable String expand(String value, Place place) {
    if (environment == null) {
      return value;
    }
    if (DOLLAR.matcher(value).results().anyMatch(match -> replacement(match) == null)) {
      reportProblems(value, place);
      return null;
    }
    return DOLLAR
        .matcher(value)
        .replaceAll(match -> Matcher.quoteReplacement(Objects.requireNonNull(replacement(match))));
  }

  private void reportProblems(String value, Place place) {
    for (MatchResult match : DOLLAR.matcher(value).results().toList()) {
      if (match.group(1) == null) {
        place.problem("contains a single '$'; write ${NAME} for a variable, $$ for a dollar sign");
      } else if (replacement(match) == null) {
        place.problem(
            "names the variable %s, which is not set; set it for %s", match.group(2), reader);
      }
    }
  }

  private @Nullable String replacement(MatchResult match) {
    if (match.group(1) == null) {
      return null;
    }
    return match.group(2) == null ? "$" : Objects.requireNonNull(environment).get(match.group(2));
  }
}
