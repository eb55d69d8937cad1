package dev.grpcos.cli.command;

import dev.grpcos.cli.failure.CliException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Checks numbers that options are given. */
final class Bounds {
  private Bounds() {}

  /**
   * Refuses a number out of its range.
   *
   * @throws CliException USAGE naming the option and the range
   */
  static void require(String option, long value, long least, long most) {
    if (value < least || value > most) {
      throw CliException.usage(
          "%s %d is out of range: give %d%s",
          option, value, least, most == Long.MAX_VALUE ? " or more" : " to " + most);
    }
  }

  /**
   * Refuses a time of nothing.
   *
   * @throws CliException USAGE naming the option
   */
  static void requireSome(String option, @Nullable Duration duration) {
    if (duration != null && duration.isZero()) {
      throw CliException.usage("%s 0s leaves no time at all: give more", option);
    }
  }
}
