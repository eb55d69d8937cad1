package dev.grpcos.cli.command;

import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * A word of a command line that starts with a dash.
 *
 * @param before the word up to its value
 * @param name the name of the option that takes the value
 * @param attached the value in the same word, or the empty string
 * @param known the option, or null if the command has none with this name
 */
record OptionWord(String before, String name, String attached, @Nullable OptionSpec known) {
  /** Options whose values may be secret, without dashes. */
  private static final Set<String> SECRETS =
      Set.of("H", "header", "rpc-header", "reflect-header", "u", "user", "key-password");

  private static final Set<Class<?>> DURATIONS = Set.of(Duration.class, CallDeadline.class);

  static OptionWord of(String word, CommandSpec spec) {
    int equals = word.indexOf('=');
    String name = equals < 0 ? word : word.substring(0, equals);
    OptionSpec whole = spec.findOption(name);
    if (whole == null && !word.startsWith("--") && !isSecret(name)) {
      // Short options without a value may precede, as in -vH. After an unknown one, it is not clear
      // which letters are options, so only those are taken whose value must not be shown.
      boolean unknown = false;
      for (int i = 1; i < word.length(); i++) {
        String letter = "-" + word.charAt(i);
        OptionSpec option = spec.findOption(letter);
        unknown |= option == null;
        if (unknown ? isSecret(letter) : option != null && option.arity().min() > 0) {
          int value = word.startsWith("=", i + 1) ? i + 2 : i + 1;
          return new OptionWord(word.substring(0, value), letter, word.substring(value), option);
        }
      }
    }
    int value = equals < 0 ? word.length() : equals + 1;
    return new OptionWord(word.substring(0, value), name, word.substring(value), whole);
  }

  private static boolean isSecret(String name) {
    return SECRETS.contains(name.replaceFirst("^-+", ""));
  }

  /** Returns whether the value may be secret. */
  boolean isSecret() {
    return isSecret(name);
  }

  /** Returns whether the option has this long name. */
  boolean is(String longName) {
    return known != null && known.longestName().equals(longName);
  }

  boolean takesDuration() {
    return known != null && DURATIONS.contains(known.type());
  }

  boolean requiresValue() {
    return known != null && known.arity().min() > 0;
  }
}
