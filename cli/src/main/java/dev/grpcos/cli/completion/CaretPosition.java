package dev.grpcos.cli.completion;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Where on a command line the caret is, after words that may make no valid command yet: picocli
 * parses whole lines only. Not thread-safe.
 */
final class CaretPosition {
  private final List<GivenOption> options = new ArrayList<>();
  private final List<String> positionals = new ArrayList<>();
  private CommandSpec command;
  private @Nullable OptionSpec awaiting;
  private boolean optionsEnded;

  /** The place behind these words. */
  CaretPosition(CommandSpec root, List<String> words) {
    command = root;
    words.forEach(this::pass);
  }

  /** The command whose arguments these are. */
  CommandSpec command() {
    return command;
  }

  List<GivenOption> options() {
    return options;
  }

  List<String> positionals() {
    return positionals;
  }

  /** The option whose value is to come, or null. */
  @Nullable OptionSpec awaiting() {
    return awaiting;
  }

  /** Whether what begins with a hyphen is no option any more. */
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

  /** One letter, or several of options without values, the last perhaps with its value. */
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

  /** Whether the next word is its value; one that may have a value has it behind an equals sign. */
  private static boolean takesValue(OptionSpec option) {
    return option.arity().min() > 0;
  }
}
