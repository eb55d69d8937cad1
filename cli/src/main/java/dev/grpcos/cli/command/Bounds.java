package dev.grpcos.cli.command;

import dev.grpcos.cli.CliException;

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
}
