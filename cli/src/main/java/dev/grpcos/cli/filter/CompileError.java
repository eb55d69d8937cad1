package dev.grpcos.cli.filter;

import dev.grpcos.cli.failure.CliException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.thisptr.jackson.jq.exception.JsonQueryException;
import net.thisptr.jackson.jq.internal.javacc.ParseException;

/**
 * Converts an error of the parser, which is many lines of token names, into one line with a
 * position.
 *
 * <p>The parser reports {@code Encountered "x" at line 1, column 2} or {@code Lexical error at line
 * 1, column 2}; a token is in quotes, but {@code <EOF>} is not.
 */
final class CompileError {
  private static final Pattern PLACE = Pattern.compile("at line (\\d+), column (\\d+)");
  private static final Pattern END = Pattern.compile("Encountered:? *\"? *<EOF>");

  private CompileError() {}

  static CliException of(String expression, JsonQueryException error) {
    Throwable cause = error.getCause() == null ? error : error.getCause();
    String message = String.valueOf(cause.getMessage());
    if (cause instanceof NumberFormatException) {
      return CliException.usage("--jq: a number is out of range (%s)", message);
    }
    if (cause instanceof ParseException && END.matcher(message).find()) {
      return CliException.usage("--jq: the expression ends too early");
    }
    Matcher place = PLACE.matcher(message);
    if (!place.find()) {
      return CliException.usage(
          "--jq: %s", JqFilter.lowerFirst(message.lines().findFirst().orElse("")));
    }
    int line = Integer.parseInt(place.group(1));
    int column = Integer.parseInt(place.group(2));
    String rest = rest(expression, line, column);
    return CliException.usage(
        "--jq line %d, column %d: syntax error %s",
        line, column, rest.isBlank() ? "at the end" : "at: " + rest);
  }

  private static String rest(String expression, int line, int column) {
    String text = expression.lines().skip(line - 1L).findFirst().orElse("");
    String rest = text.substring(Math.min(text.length(), column - 1));
    return rest.length() > 40 ? rest.substring(0, 40) + "…" : rest;
  }
}
