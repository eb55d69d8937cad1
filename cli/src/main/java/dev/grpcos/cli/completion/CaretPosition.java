package dev.grpcos.cli.completion;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The position of the cursor on a command line. The words before it may not form a valid command
 * yet, so picocli, which parses whole lines only, cannot be used. Not thread-safe.
 */
final class CaretPosition {
  private final List<GivenOption> options = new ArrayList<>();
  private final List<String> positionals = new ArrayList<>();
  private CommandSpec command;
  private @Nullable OptionSpec awaiting;
  private boolean optionsEnded;

  /** Creates the position after these words. */
  CaretPosition(CommandSpec root, List<String> words) {
    command = root;
    words.forEach(this::pass);
  }

  /** Returns the command whose arguments are completed. */
  CommandSpec command() {
    return command;
  }

  List<GivenOption> options() {
    return options;
  }

  List<String> positionals() {
    return positionals;
  }

  /** Returns the option whose value comes next, or null. */
  @Nullable OptionSpec awaiting() {
    return awaiting;
  }

  /** Returns whether words that begin with a hyphen are no longer options. */
  boolean optionsEnded() {
    return optionsEnded;
  }

  private void pass(String word) {
    OptionSpec option = awaiting;
    if (option != null) {
      options.add(new GivenOption(option, word));
      awaiting = null;
    } else if (!optionsEnded && word.equals("--")) {
      optionsEnded = true;
    } else if (!optionsEnded && word.startsWith("--")) {
      passLong(word);
    } else if (!optionsEnded && word.startsWith("-") && word.length() > 1) {
      passShort(word);
    } else {
      CommandLine subcommand = positionals.isEmpty() ? command.subcommands().get(word) : null;
      if (subcommand == null) {
        positionals.add(word);
      } else {
        command = subcommand.getCommandSpec();
      }
    }
  }

  private void passLong(String word) {
    int equals = word.indexOf('=');
    OptionSpec option = command.optionsMap().get(equals < 0 ? word : word.substring(0, equals));
    if (option == null) {
      return;
    }
    if (equals < 0 && takesValue(option)) {
      awaiting = option;
    } else {
      options.add(new GivenOption(option, equals < 0 ? null : word.substring(equals + 1)));
    }
  }

  /** Passes one letter, or several of options without values, the last perhaps with its value. */
  private void passShort(String word) {
    for (int i = 1; i < word.length(); i++) {
      OptionSpec option = command.optionsMap().get("-" + word.charAt(i));
      if (option == null) {
        return;
      }
      if (takesValue(option)) {
        String value = word.substring(i + 1);
        if (value.isEmpty()) {
          awaiting = option;
        } else {
          options.add(new GivenOption(option, value.startsWith("=") ? value.substring(1) : value));
        }
        return;
      }
      options.add(new GivenOption(option, null));
    }
  }

  /**
   * Returns whether the next word is the option's value; an optional value follows an equals sign
   * instead.
   */
  private static boolean takesValue(OptionSpec option) {
    return option.arity().min() > 0;
  }
}
