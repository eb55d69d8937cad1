package dev.grpcos.cli.command;

import dev.grpcos.cli.failure.ExitCode;
import dev.grpcos.cli.help.HelpPage;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** The output of a command without its required subcommand. */
final class BriefHelp {
  private BriefHelp() {}

  /** Prints the subcommands, and returns the exit code. */
  static int print(CommandSpec spec) {
    CommandLine line = spec.commandLine();
    line.getOut().print(new HelpPage(spec, line.getColorScheme().ansi().enabled()).brief());
    return ExitCode.USAGE;
  }
}
