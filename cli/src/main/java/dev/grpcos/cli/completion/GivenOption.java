package dev.grpcos.cli.completion;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.OptionSpec;

/**
 * An option on the command line.
 *
 * @param value null if it takes none
 */
public record GivenOption(OptionSpec option, @Nullable String value) {
  /** Returns the option as one argument, by its long name. */
  public String argument() {
    return value == null ? option.longestName() : option.longestName() + "=" + value;
  }
}
