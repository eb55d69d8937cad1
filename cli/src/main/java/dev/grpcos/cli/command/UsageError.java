package dev.grpcos.cli.command;

import dev.grpcos.cli.failure.CliException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Converts picocli's errors about arguments to one line with a remedy. */
final class UsageError {
  /** Matches the values of an option, which picocli shows as Java constants. */
  private static final Pattern VALUES =
      Pattern.compile("expected one of \\[([A-Z, ]+)] \\(case-insensitive\\)");

  private UsageError() {}

  static CliException of(ParameterException exception) {
    String command = exception.getCommandLine().getCommandSpec().qualifiedName();
    String message = exception.getMessage();
    String suggestion = "";
    if (exception instanceof UnmatchedArgumentException unmatched) {
      List<String> similar = unmatched.getSuggestions();
      if (!unmatched.isUnknownOption()) {
        String first = unmatched.getUnmatched().get(0);
        boolean takesCommand = !exception.getCommandLine().getSubcommands().isEmpty();
        message = (takesCommand ? "unknown command '" : "unexpected argument '") + first + "'";
      }
      if (!similar.isEmpty()) {
        suggestion = "; did you mean '" + similar.get(0) + "'?";
      }
    }
    String text =
        String.valueOf(message)
            .lines()
            .findFirst()
            .orElse("bad usage")
            .replaceFirst("^Error: ", "")
            .replaceFirst(" is not an? (int|long)$", " is not a whole number");
    Matcher values = VALUES.matcher(text);
    if (values.find()) {
      text = values.replaceFirst("expected one of " + values.group(1).toLowerCase(Locale.ROOT));
    }
    return CliException.usage(
        "%s%s%s (see '%s --help')",
        Character.toLowerCase(text.charAt(0)), text.substring(1), suggestion, command);
  }
}
