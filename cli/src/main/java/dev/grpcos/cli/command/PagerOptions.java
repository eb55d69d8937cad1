package dev.grpcos.cli.command;

import dev.grpcos.cli.invocation.Invocation;
import picocli.CommandLine.Option;

/** The option for the pager. The launcher looks for it too. */
final class PagerOptions {
  @Option(
      names = "--no-pager",
      description =
          "Print to the terminal directly. Otherwise, output on a terminal goes through the command"
              + " in PAGER, by default less, which prints what fits on the screen and ends; an"
              + " empty PAGER or cat means none.")
  boolean noPager;

  /** Makes standard output go through the caller's pager, unless the caller does not want that. */
  void apply(Invocation invocation) {
    if (!noPager) {
      invocation.pageOutput();
    }
  }
}
