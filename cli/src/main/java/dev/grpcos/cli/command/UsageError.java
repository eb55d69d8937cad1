package dev.grpcos.cli.command;

import dev.grpcos.cli.failure.CliException;
import dev.grpcos.cli.help.HelpPage;
import dev.grpcos.gateway.json.Nearest;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
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
      CommandSpec spec = exception.getCommandLine().getCommandSpec();
      String first = unmatched.getUnmatched().get(0);
      if (unmatched.isUnknownOption()) {
        suggestion = otherOption(first, spec);
      } else if (!spec.subcommands().isEmpty()) {
        message = "unknown command '" + first + "'";
        suggestion = otherCommand(first, spec);
      } else {
        message = "unexpected argument '" + first + "'";
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

  /** Returns a suggestion for an unknown option, or an empty string. */
  private static String otherOption(String word, CommandSpec command) {
    List<String> names =
        command.options().stream()
            .filter(option -> !option.hidden())
            .map(option -> option.longestName().replaceFirst("^-+", ""))
            .toList();
    String name = word.replaceFirst("^-+", "").replaceFirst("=(?s).*", "");
    @Nullable String meant;
    if (name.length() > 1) {
      meant = Nearest.of(name, names);
    } else {
      List<String> same = names.stream().filter(each -> each.startsWith(name)).toList();
      meant = same.size() == 1 ? same.get(0) : null;
    }
    return meant == null ? "" : "; did you mean '--" + meant + "'?";
  }

  /**
   * Returns a suggestion for an unknown command, or an empty string: a subcommand of another
   * command, such as {@code start}, {@code help} for a group of commands, or a similar name.
   */
  private static String otherCommand(String name, CommandSpec command) {
    if (command.parent() != null && name.equals("help")) {
      return "; run grpcos help " + command.name();
    }
    List<CommandSpec> siblings = HelpPage.subcommands(command);
    for (CommandSpec sibling : siblings) {
      if (HelpPage.subcommands(sibling).stream().anyMatch(each -> each.name().equals(name))) {
        return "; did you mean '" + sibling.name() + " " + name + "'?";
      }
    }
    return Nearest.hint(name, siblings.stream().map(CommandSpec::name).toList());
  }
}
