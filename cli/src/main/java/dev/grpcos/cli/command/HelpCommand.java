package dev.grpcos.cli.command;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** {@code grpcos help}: prints the help of a command. */
@Command(
    name = "help",
    description = "Prints the help of grpcos or of a command, as --help does.",
    footer = {"  grpcos help", "  grpcos help call", "  grpcos help gateway start"})
final class HelpCommand implements Runnable {
  @Parameters(
      paramLabel = "COMMAND",
      arity = "0..*",
      description = "The command, with its subcommand if it has one.")
  List<String> words = new ArrayList<>();

  @Mixin StandardOptions standard = new StandardOptions();
  @Spec CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    CommandLine own = spec.commandLine();
    CommandLine command = Commands.tree("", new CommandContext());
    for (String word : words) {
      CommandLine next = command.getSubcommands().get(word);
      if (next == null) {
        throw new UnmatchedArgumentException(command, List.of(word));
      }
      command = next;
    }
    command.usage(own.getOut(), own.getColorScheme());
  }
}
