package dev.grpcos.cli.completion;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.OptionSpec;

/**
 * An option on the command line.
 *
 * @param value the value; null if the option takes none
 */
public record GivenOption(OptionSpec option, @Nullable String value) {
  /** Returns the option as one argument, with its long name. */
  public String argument() {
    return value == null ? option.longestName() : option.longestName() + "=" + value;
  }
}
