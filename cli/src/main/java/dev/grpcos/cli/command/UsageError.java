package dev.grpcos.cli.command;

import dev.grpcos.cli.CliException;
import java.util.List;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Puts picocli's complaints about arguments into one line with a remedy. */
final class UsageError {
  private UsageError() {}

  static CliException of(ParameterException exception) {
    String command = exception.getCommandLine().getCommandSpec().qualifiedName();
    String message = exception.getMessage();
    String suggestion = "";
    if (exception instanceof UnmatchedArgumentException unmatched) {
      List<String> similar = unmatched.getSuggestions();
      if (!similar.isEmpty()) {
        suggestion = "; did you mean '" + similar.get(0) + "'?";
      }
    }
    String text = String.valueOf(message).lines().findFirst().orElse("bad usage");
    return CliException.usage(
        "%s%s%s (see '%s --help')",
        Character.toLowerCase(text.charAt(0)), text.substring(1), suggestion, command);
  }
}
