package dev.grpcos.cli.command;

import dev.grpcos.cli.failure.CliException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Checks the numeric values of options. */
final class Bounds {
  private static final int MAX_JOBS = 10_000;

  private Bounds() {}

  /**
   * Rejects a number that is out of range.
   *
   * @throws CliException USAGE, with the option and the range
   */
  static void require(String option, long value, long least, long most) {
    if (value < least || value > most) {
      throw CliException.usage(
          "%s %d is out of range: give %d%s",
          option, value, least, most == Long.MAX_VALUE ? " or more" : " to " + most);
    }
  }

  /**
   * Rejects a number of parallel calls that is out of range.
   *
   * @throws CliException USAGE, with the option and the range
   */
  static void requireJobs(int jobs) {
    require("-j", jobs, 1, MAX_JOBS);
  }

  /**
   * Rejects a duration of zero.
   *
   * @throws CliException USAGE, with the option
   */
  static void requireSome(String option, @Nullable Duration duration) {
    if (duration != null && duration.isZero()) {
      throw CliException.usage("%s 0s is out of range: give more than zero", option);
    }
  }
}
