package dev.grpcos.cli.completion;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.OptionSpec;

/**
 * An option that stands on the line.
 *
 * @param value null where it takes none
 */
public record GivenOption(OptionSpec option, @Nullable String value) {
  /** As one argument, by the option's long name. */
  public String argument() {
    return value == null ? option.longestName() : option.longestName() + "=" + value;
  }
}
